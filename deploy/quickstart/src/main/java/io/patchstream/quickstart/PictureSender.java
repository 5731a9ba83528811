package io.patchstream.quickstart;

import io.patchstream.quickstart.pictures.Picture;
import io.patchstream.quickstart.pictures.PictureGenerator;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Draws pictures and sends them as events, at a steady pace, in a thread of its own. The sizes take
 * turns, and so do JPEG and PNG.
 *
 * <p>It runs ahead of the answers by a bounded number of pictures: where the pace is more than the
 * machine can take it slows down, so that a latency stays that of the processor and does not become
 * that of a queue.
 */
final class PictureSender implements AutoCloseable {

  /** Attributes of an event, and so of its labels: the true class, size and file format. */
  static final String DRAWN = "drawn";

  static final String SIZE = "size";
  static final String FORMAT = "format";

  private static final int MOST_UNANSWERED = 64;
  private static final float JPEG_QUALITY = 0.9f;

  private final PictureGenerator pictures;
  private final List<PictureSize> sizes;
  private final String topic;
  private final Producer<byte[], ImageEvent> producer;
  private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private Thread thread;

  /**
   * A sender that does not send yet.
   *
   * @param client where brokers and registry are
   * @param topic where events go
   */
  PictureSender(
      Map<String, Object> client,
      String topic,
      PictureGenerator pictures,
      List<PictureSize> sizes) {
    this.topic = topic;
    this.pictures = pictures;
    this.sizes = sizes;
    producer =
        new KafkaProducer<>(
            client, new ByteArraySerializer(), EventSerdes.imageEvent(client).serializer());
  }

  /**
   * Starts to send.
   *
   * @param count how many pictures
   * @param perSecond how many a second, at most
   */
  void start(long count, double perSecond) {
    thread =
        new Thread(
            () -> {
              try {
                send(count, (long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
              } catch (InterruptedException | RuntimeException e) {
                failure.compareAndSet(null, e);
              }
            },
            "pictures");
    thread.setDaemon(true);
    thread.start();
  }

  /** So many pictures have been answered: as many more may be sent. */
  void answered(int count) {
    unanswered.release(count);
  }

  /**
   * Looks whether all is well.
   *
   * @throws IllegalStateException if a picture could not be sent
   */
  void check() {
    if (failure.get() != null) {
      throw new IllegalStateException(
          "The pictures cannot be sent: " + failure.get().getMessage(), failure.get());
    }
  }

  /** Stops sending; what has not left yet does not leave. */
  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
    producer.close(Duration.ZERO);
  }

  private void send(long count, long intervalNanos) throws InterruptedException {
    long due = System.nanoTime();
    for (long i = 0; i < count; i++) {
      ImageEvent event = event(i);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      unanswered.acquire();
      byte[] key = event.getImageId().getBytes(StandardCharsets.UTF_8);
      producer.send(
          new ProducerRecord<>(topic, key, event),
          (metadata, error) -> failure.compareAndSet(null, error));
      // A moment lost, to drawing or to waiting, is not made up for by a burst.
      due = Math.max(due + intervalNanos, System.nanoTime());
    }
  }

  private ImageEvent event(long number) {
    PictureSize size = sizes.get((int) (number % sizes.size()));
    Picture picture = pictures.next(size.width(), size.height());
    boolean jpeg = number / sizes.size() % 2 == 0;
    return ImageEvent.newBuilder()
        .setImageId("picture-" + (number + 1))
        .setContent(ByteBuffer.wrap(jpeg ? picture.jpeg(JPEG_QUALITY) : picture.png()))
        .setContentType(jpeg ? "image/jpeg" : "image/png")
        .setAttributes(
            Map.of(DRAWN, picture.label(), SIZE, size.name(), FORMAT, jpeg ? "JPEG" : "PNG"))
        .build();
  }
}
