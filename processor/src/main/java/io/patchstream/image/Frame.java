package io.patchstream.image;

/**
 * The part of a picture that its file's first frame covers; the rest of an animation's canvas is
 * empty.
 *
 * @param left first column on the canvas, in pixels
 * @param top first row on the canvas, in pixels
 * @param width stored width in pixels
 * @param height stored height in pixels
 */
record Frame(int left, int top, int width, int height) {}
