package io.patchstream.image;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An RGB PNG of {@link ImageBenchmark}'s picture to pixels; its rows have the Paeth filter, which
 * encoders choose for most rows of photographs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PngBenchmark {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 25, 1 << 25);

  /** Width and height of the picture in pixels. */
  @Param({"500x375", "1920x1080"})
  public String size;

  private final ImageDecoder decoder = new ImageDecoder();
  private final RgbConversion conversion = new RgbConversion();
  private final ImageReader imageIo = ImageIO.getImageReadersByFormatName("png").next();
  private final Pixels decoded = new Pixels();
  private final Pixels converted = new Pixels();

  private byte[] png;

  /** Makes the picture. */
  @Setup
  public void prepare() {
    int x = size.indexOf('x');
    int width = Integer.parseInt(size.substring(0, x));
    int height = Integer.parseInt(size.substring(x + 1));
    byte[] rows = filtered(Pictures.of(Pictures.grained(width, height)).rgb(), 3 * width);
    png = Pngs.of(width, height, 8, 2).data(rows).end();
  }

  private static byte[] filtered(byte[] rgb, int rowBytes) {
    byte[] rows = new byte[rgb.length + rgb.length / rowBytes];
    for (int i = 0, to = 0; i < rgb.length; i++) {
      boolean first = i % rowBytes < 3;
      if (i % rowBytes == 0) {
        rows[to++] = 4;
      }
      int left = first ? 0 : rgb[i - 3] & 0xff;
      int up = i < rowBytes ? 0 : rgb[i - rowBytes] & 0xff;
      int corner = first || i < rowBytes ? 0 : rgb[i - rowBytes - 3] & 0xff;
      rows[to++] = (byte) (rgb[i] - PngFilter.nearest(left, up, corner));
    }
    return rows;
  }

  /** Bytes to pixels, the file's structure and checksums included. */
  @Benchmark
  public Pixels decode() throws ImageException {
    decoder.decode(png, ImageHeader.read(png, LIMITS), decoded);
    return decoded;
  }

  /** The same through ImageIO. */
  @Benchmark
  public Pixels decodeByImageIo() throws IOException, ImageException {
    ImageHeader header = ImageHeader.read(png, LIMITS);
    imageIo.setInput(new ByteArrayImageStream(png), true, true);
    conversion.convert(imageIo.read(0).getRaster(), header.coding(), null, converted);
    return converted;
  }
}
