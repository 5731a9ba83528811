/**
 * What a model looks like inside, in pictures: {@link io.patchstream.plots.ModelPlots} draws the
 * plots of Dosovitskiy et al., "An Image is Worth 16x16 Words" (arXiv:2010.11929), figure 7 and
 * appendix D, into a folder with a page of HTML.
 *
 * <p>Each plot is two classes, one that measures ({@code PositionSimilarity}, {@code
 * PrincipalFilters}, {@code AttentionDistance}, {@code AttentionRollout}) and one that draws what
 * was measured on a {@code Sheet}. A section of the page brings them together; {@code
 * AttentionMeasures} runs the images that attention is measured of. {@code ColorMap} is the
 * colours, {@code Page} the HTML.
 */
package io.patchstream.plots;
