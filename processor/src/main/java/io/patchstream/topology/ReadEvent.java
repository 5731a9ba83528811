package io.patchstream.topology;

import io.patchstream.inference.ImageSource;
import java.time.Instant;
import java.util.Map;

/**
 * An input record once its value has been understood.
 *
 * @param imageId the event's own id, or its coordinates where it has none
 * @param capturedAt when the picture was taken, or null
 * @param attributes the event's attributes, handed on to the results
 * @param content brings the encoded picture, or says why there is none
 */
record ReadEvent(
    String imageId, Instant capturedAt, Map<String, String> attributes, ImageSource content) {}
