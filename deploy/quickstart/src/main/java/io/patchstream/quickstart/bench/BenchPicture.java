package io.patchstream.quickstart.bench;

import io.patchstream.image.RequestedSize;

/**
 * One picture that is sent again and again.
 *
 * @param id tells it from all others
 * @param encoded the file
 * @param requested the size that its events ask for, or null
 */
record BenchPicture(String id, byte[] encoded, RequestedSize requested) {}
