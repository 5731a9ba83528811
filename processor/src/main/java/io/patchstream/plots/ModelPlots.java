package io.patchstream.plots;

import io.patchstream.image.ImageOptions;
import io.patchstream.image.Resolution;
import io.patchstream.inference.InferenceException;
import io.patchstream.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Draws a model into a folder: PNG files, and an {@code index.html} that shows and explains them.
 * What cannot be drawn of a model, the page says so and why.
 */
public final class ModelPlots {

  /**
   * What was drawn.
   *
   * @param page the file to open
   * @param failures what stood in the way of images that could not be read, by their names
   */
  public record Drawn(Path page, Map<String, Exception> failures) {}

  private final Model model;
  private final ImageOptions images;
  private final int threads;

  /**
   * Plots of an open model.
   *
   * @param images how images become patches, at the model's own size
   * @param threads that compute
   * @throws IllegalArgumentException for images of another size
   */
  public ModelPlots(Model model, ImageOptions images, int threads) {
    if (images.resolution().mode() != Resolution.Mode.FIXED) {
      throw new IllegalArgumentException("plots compare images of one size, the model's own");
    }
    this.model = model;
    this.images = images;
    this.threads = threads;
  }

  /**
   * Draws everything, over what is there.
   *
   * @param given images to draw attention to; without any, waves are generated and no rollout drawn
   * @param folder made where it is missing
   * @throws IOException if the folder cannot be written, or this Java cannot draw text
   * @throws InferenceException if ONNX Runtime refuses the model
   */
  public Drawn draw(List<NamedImage> given, Path folder) throws IOException, InferenceException {
    Sheet.requireFonts();
    Files.createDirectories(folder);
    Page page = new Page(folder, model.description().name(), facts());
    new PositionSection(model).addTo(page);
    new FilterSection(model).addTo(page);
    Map<String, Exception> failures =
        new AttentionSection(model, images, threads).addTo(page, given);
    return new Drawn(page.write(), failures);
  }

  private String facts() {
    return "%s, revision %s; %s patches of %d×%d pixels. After Dosovitskiy et al., “An Image is"
            .formatted(
                model.description().layout(),
                model.revision(),
                images.modelGrid().toString().replace('x', '×'),
                images.patchSize(),
                images.patchSize())
        + " Worth 16x16 Words” (2021), figure 7 and appendix D.";
  }
}
