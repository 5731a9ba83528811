package io.patchstream.ops.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.ImageException;
import io.patchstream.image.ImageLimits;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailTest {

  private final Thumbnail thumbnail = new Thumbnail(new ImageLimits(1 << 20, 1_000_000), true);

  @ParameterizedTest
  @CsvSource({
    "640, 480, 96, 72",
    "100, 800, 12, 96",
    "1000, 2, 96, 1",
    "48, 40, 48, 40",
    "96, 96, 96, 96"
  })
  void itKeepsItsShapeAndHasASideOf96AtMost(int width, int height, int smallWidth, int smallHeight)
      throws Exception {
    for (String format : new String[] {"png", "jpeg"}) {
      BufferedImage small = decode(thumbnail.of(encode(width, height, format), width, height));
      assertThat(small.getWidth()).isEqualTo(smallWidth);
      assertThat(small.getHeight()).isEqualTo(smallHeight);
    }
  }

  @Test
  void itShowsThePicture() throws Exception {
    BufferedImage small = decode(thumbnail.of(encode(400, 200, "png"), 400, 200));
    Color left = new Color(small.getRGB(20, 24));
    Color right = new Color(small.getRGB(76, 24));
    assertThat(left.getRed()).isGreaterThan(200);
    assertThat(left.getBlue()).isLessThan(60);
    assertThat(right.getBlue()).isGreaterThan(200);
    assertThat(right.getRed()).isLessThan(60);
  }

  @Test
  void aPictureBeyondTheLimitsHasNone() throws Exception {
    byte[] large = encode(1200, 900, "png");
    assertThatThrownBy(() -> thumbnail.of(large, 1200, 900)).isInstanceOf(ImageException.class);
  }

  /** Red on its left, blue on its right. */
  private static byte[] encode(int width, int height, String format) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, width / 2, height);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(width / 2, 0, width - width / 2, height);
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, format, file);
    return file.toByteArray();
  }

  private static BufferedImage decode(byte[] jpeg) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }
}
