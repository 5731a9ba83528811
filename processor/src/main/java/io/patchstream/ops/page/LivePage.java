package io.patchstream.ops.page;

import io.patchstream.image.ImageException;
import io.patchstream.image.ImageLimits;
import io.patchstream.inference.Engine;
import io.patchstream.ops.http.EventStream;
import io.patchstream.ops.http.OperationsServer;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.ResultTap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a process at work to whoever opens its address. Of many images it takes a few a second, and
 * fewer while nobody watches; what is made of them is made in a thread of the page's own.
 *
 * <p>It remembers a bounded number of everything, so that a page that is opened is not empty.
 */
public final class LivePage implements ResultTap, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LivePage.class);

  private static final int MAX_VIEWERS = 16;
  private static final int MOST_WAITING = 16;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long WATCHED_INTERVAL = SECOND / 5;
  private static final long UNWATCHED_INTERVAL = SECOND;
  private static final long FAILURE_INTERVAL = SECOND / 5;
  private static final int SECONDS_A_MAP = 2;

  /** Larger pictures are classified and not shown: a thread, and their memory, for too long. */
  private static final int MAX_BYTES = 8 << 20;

  private static final long MAX_PIXELS = 16_000_000;

  private final Recent recent = new Recent();
  private final EventStream events = new EventStream(MAX_VIEWERS, recent::events);
  private final Thumbnail thumbnail;
  private final PrincipalAxes axes = new PrincipalAxes();

  private final Sampler pictures = new Sampler(System.nanoTime());
  private final Sampler failures = new Sampler(System.nanoTime());
  private volatile long interval = UNWATCHED_INTERVAL;
  private volatile Figures figures; // null before there is a stream

  private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread thread = new Thread(this::run, "patchstream-page");
  private long seconds;

  /**
   * A page that has nothing to show yet.
   *
   * @param limits of the pictures that are classified
   * @param exifOrientation whether these are turned upright
   */
  public LivePage(ImageLimits limits, boolean exifOrientation) {
    ImageLimits shown =
        new ImageLimits(limits.maxBytes(), Math.min(limits.maxPixels(), MAX_PIXELS));
    thumbnail = new Thumbnail(shown, exifOrientation);
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.start();
  }

  /** Adds the page, its files and its events. */
  public void serve(OperationsServer server) {
    PageFiles.serve(server);
    server.handle("/page/events", events);
  }

  /** From now on there is a model, and figures. */
  public void watch(Engine engine, ClassificationStream stream, ModelCard card) {
    byte[] event = PageEvents.model(card);
    recent.model(event);
    events.send(event);
    figures = new Figures(engine, stream);
  }

  @Override
  public boolean wants(int bytes) {
    return bytes <= MAX_BYTES && pictures.takes(System.nanoTime(), interval);
  }

  @Override
  public void classified(Classified image) {
    long millis = System.currentTimeMillis();
    work.offer(() -> show(image, millis));
  }

  @Override
  public void failed(Failed image) {
    if (failures.takes(System.nanoTime(), FAILURE_INTERVAL)) {
      long millis = System.currentTimeMillis();
      work.offer(() -> show(image, millis));
    }
  }

  private void run() {
    long nextSecond = System.nanoTime();
    try {
      while (true) {
        Runnable next = work.poll(nextSecond - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next != null) {
          next.run();
        }
        if (System.nanoTime() - nextSecond >= 0) {
          nextSecond += SECOND;
          everySecond();
        }
      }
    } catch (InterruptedException e) {
      log.debug("The page is closed", e);
    } catch (RuntimeException e) {
      log.error("The live page stands still; nothing else does", e);
    }
  }

  private void show(Classified image, long millis) {
    try {
      int width = image.inference().imageWidth();
      int height = image.inference().imageHeight();
      byte[] small = thumbnail.of(image.picture(), width, height);
      long number = recent.nextNumber();
      byte[] event = PageEvents.picture(number, image, millis, small);
      recent.picture(new Recent.Picture(number, event, image.inference().clsEmbedding()));
      events.send(event);
    } catch (ImageException e) {
      log.debug("{} is not shown", image.source(), e);
    }
  }

  private void show(Failed image, long millis) {
    byte[] event = PageEvents.failure(recent.nextNumber(), image, millis);
    recent.failure(event);
    events.send(event);
  }

  /**
   * Also where there is nothing to say: a viewer that is gone is found by what it does not take.
   */
  private void everySecond() {
    boolean watched = events.viewers() > 0;
    interval = watched ? WATCHED_INTERVAL : UNWATCHED_INTERVAL;
    if (figures == null) {
      events.send(PageEvents.starting());
      return;
    }
    Figures.Moment moment = figures.now();
    recent.moment(moment);
    events.send(PageEvents.moment(moment));
    if (watched && ++seconds % SECONDS_A_MAP == 0) {
      map();
    }
  }

  private void map() {
    List<Recent.Picture> shown = recent.pictures();
    if (shown.size() > 2) {
      List<float[]> points = shown.stream().map(Recent.Picture::embedding).toList();
      events.send(PageEvents.map(shown, axes.project(points)));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    events.close();
  }
}
