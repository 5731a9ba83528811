package io.patchstream.image;

/**
 * What is known of an image once it stands at the size of its grid.
 *
 * @param width width of the source in pixels, after EXIF orientation
 * @param height height of the source in pixels, after EXIF orientation
 * @param grid the patch grid it is cut into
 */
public record PreparedImage(int width, int height, Grid grid) {}
