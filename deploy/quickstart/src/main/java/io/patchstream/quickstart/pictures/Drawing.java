package io.patchstream.quickstart.pictures;

import java.awt.Shape;

/**
 * A figure in its own coordinates: x to the right and y downwards, each from -1 to 1.
 *
 * @param body what is filled
 * @param details what is drawn upon it in a second colour; may be empty
 */
record Drawing(Shape body, Shape details) {}
