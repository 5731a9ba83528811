/**
 * The live page: pictures as they are classified, the figures of the last minutes, a map of what
 * the model makes of them, and what failed. {@link io.patchstream.ops.page.LivePage} taps the
 * stream for a few images a second and sends what it shows as server-sent events; the page itself
 * is plain HTML, CSS and JavaScript beside these classes.
 */
package io.patchstream.ops.page;
