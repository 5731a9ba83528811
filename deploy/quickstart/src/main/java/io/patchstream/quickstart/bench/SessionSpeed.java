package io.patchstream.quickstart.bench;

/**
 * The raw session at one size of images and batches.
 *
 * @param precision that it computes in
 * @param width of an image in pixels
 * @param height of an image in pixels
 * @param batch images in a run
 * @param rate images a second
 */
record SessionSpeed(String precision, int width, int height, int batch, double rate) {}
