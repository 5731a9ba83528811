package io.patchstream.plots;

import io.patchstream.image.ImageException;
import java.io.IOException;

/**
 * An image to draw a model's attention to.
 *
 * @param name as the page calls it
 * @param content brings its bytes when its turn comes
 */
public record NamedImage(String name, Content content) {

  /** Where the encoded image comes from. */
  @FunctionalInterface
  public interface Content {

    /** All of its bytes. */
    byte[] read() throws IOException, ImageException;
  }
}
