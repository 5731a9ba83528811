package io.patchstream.inference;

import io.patchstream.image.RequestedSize;

/**
 * An image as it came.
 *
 * @param bytes the encoded picture
 * @param requested the size asked for, or null
 */
public record EncodedImage(byte[] bytes, RequestedSize requested) {}
