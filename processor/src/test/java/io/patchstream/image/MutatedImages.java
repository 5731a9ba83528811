package io.patchstream.image;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The long run of {@link MutatedImagesTest}: decodes mutants, and every fourth picture whole, and
 * tells what became of them and how memory went. It fails at the first image that gives neither
 * patches nor an {@link ImageException}, at one that takes ten seconds, and in the end if native
 * memory has grown. An image that takes the JVM with it lies in a file by then.
 *
 * <pre>
 * mvn -Pfuzz -pl processor -am test-compile -Dmutants=1000000 -Dseed=1
 * </pre>
 */
public final class MutatedImages {

  static final int PATCH_FLOATS = Normalisation.CHANNELS * 16 * 16;

  private static final Path IN_HAND = Path.of("target", "mutant-in-hand");
  private static final long LIMIT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int WHOLE_EVERY = 4;
  private static final int REPORTS = 20;

  /** By then the JVM has compiled what is hot. */
  private static final long WARM_AFTER = 50_000;

  /** malloc keeps some tens of MB in pieces; of 100 000 pictures that nobody frees it were 800. */
  private static final long MAY_GROW_KB = 64 * 1024;

  private final ImageToPatches images = new ImageToPatches(options(false));
  private final ImageToPatches reduced = new ImageToPatches(options(true));
  private final FloatBuffer patches = FloatBuffer.allocate(PATCH_FLOATS);
  private final Map<ImageFormat, Map<String, Integer>> outcomes = new EnumMap<>(ImageFormat.class);
  private final List<WholePicture> pictures = WholePicture.all();
  private final long seed;
  private final Mutants mutants;
  private final ImageInHand inHand;

  private long slowestNanos;
  private long slowest;

  private MutatedImages(long seed, ImageInHand inHand) {
    this.seed = seed;
    this.mutants = new Mutants(pictures, seed);
    this.inHand = inHand;
  }

  /**
   * Runs.
   *
   * @param arguments how many images, the seed, and the number of the first one
   */
  public static void main(String[] arguments) throws IOException {
    long count = Long.parseLong(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    long first = Long.parseLong(arguments[2]);
    Files.createDirectories(IN_HAND.getParent());
    try (ImageInHand inHand = new ImageInHand(IN_HAND)) {
      MutatedImages run = new MutatedImages(seed, inHand);
      run.watch();
      run.decode(first, count);
    }
  }

  /** Of all that can be done to a picture as much as there is; at most 1000 x 1000 pixels. */
  static ImageOptions options(boolean reducedDecoding) {
    Normalisation bytes = new Normalisation(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    return new ImageOptions(
        new Preprocessing(new Resize.Exact(16, 16), Filter.BILINEAR, new Crop(16, 16), bytes),
        16,
        new Resolution(Resolution.Mode.FIXED, 1),
        new ImageLimits(1 << 20, 1_000_000),
        true,
        true,
        reducedDecoding);
  }

  private void decode(long first, long count) throws IOException {
    long begun = System.nanoTime();
    long warmKb = 0;
    long step = Math.max(1, count / REPORTS);
    for (long done = 1; done <= count; done++) {
      decode(first + done - 1);
      if (done % step == 0) {
        double aSecond = done * 1e9 / (System.nanoTime() - begun);
        System.out.printf("%d images, %.0f a second, %d kB%n", done, aSecond, anonymousKb());
      }
      if (done == WARM_AFTER) {
        warmKb = anonymousKb();
      }
    }
    outcomes.forEach((format, counts) -> System.out.println(format + " " + counts));
    System.out.printf(
        "slowest: image %d, of %s, %.1f ms%n",
        slowest, mutants.origin(slowest).name(), slowestNanos / 1e6);
    if (count > WARM_AFTER && anonymousKb() - warmKb > MAY_GROW_KB) {
      throw new IllegalStateException("memory grew from " + warmKb + " kB: what is not freed?");
    }
  }

  private void decode(long number) {
    long round = number / pictures.size();
    byte[] image =
        round % WHOLE_EVERY == 0 ? mutants.origin(number).bytes() : mutants.mutant(number);
    inHand.take(number, image);
    String outcome;
    try {
      ImageToPatches road = round % 2 == 0 ? images : reduced;
      road.prepare(image, null);
      road.writePatches(patches.clear());
      outcome = "PATCHES";
    } catch (ImageException e) {
      outcome = e.reason().name();
    } catch (Throwable e) {
      e.printStackTrace(System.out);
      end(number, "threw");
      return;
    }
    long nanos = inHand.putDown();
    if (nanos > slowestNanos) {
      slowestNanos = nanos;
      slowest = number;
    }
    outcomes
        .computeIfAbsent(mutants.origin(number).format(), format -> new TreeMap<>())
        .merge(outcome, 1, Integer::sum);
  }

  private void watch() {
    Thread decoding = Thread.currentThread();
    Thread watch =
        new Thread(
            () -> {
              while (inHand.heldNanos() < LIMIT_NANOS) {
                sleep();
              }
              for (StackTraceElement frame : decoding.getStackTrace()) {
                System.out.println("  at " + frame);
              }
              end(inHand.number(), "did not end within ten seconds");
            },
            "watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void sleep() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(long number, String how) {
    System.out.printf(
        "image %d, of %s, %s. It lies in %s. Again: -Dseed=%d -Dfirst=%d -Dmutants=1%n",
        number, mutants.origin(number).name(), how, IN_HAND.toAbsolutePath(), seed, number);
    Runtime.getRuntime().halt(1);
  }

  /**
   * The process's memory that no file backs: the heap, which stays as it is, and all that is
   * native. 0 where the system does not tell.
   */
  private static long anonymousKb() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
