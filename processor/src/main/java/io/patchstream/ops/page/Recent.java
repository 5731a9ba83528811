package io.patchstream.ops.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What the page shows of the last minutes, for whoever opens it now. Thread-safe. */
final class Recent {

  static final int PICTURES = 240;
  static final int FAILURES = 50;
  static final int MOMENTS = 300;

  /**
   * A picture that is shown.
   *
   * @param number ascends
   * @param event that brings it, thumbnail and all
   * @param embedding what the map places it by
   */
  record Picture(long number, byte[] event, float[] embedding) {}

  private final Deque<Picture> pictures = new ArrayDeque<>();
  private final Deque<byte[]> failures = new ArrayDeque<>();
  private final Deque<Figures.Moment> moments = new ArrayDeque<>();
  private byte[] model;
  private long number;

  /** Numbers what is shown, pictures and failures alike. */
  synchronized long nextNumber() {
    return ++number;
  }

  synchronized void model(byte[] event) {
    model = event;
  }

  synchronized void picture(Picture picture) {
    add(pictures, picture, PICTURES);
  }

  synchronized void failure(byte[] event) {
    add(failures, event, FAILURES);
  }

  synchronized void moment(Figures.Moment moment) {
    add(moments, moment, MOMENTS);
  }

  private static <T> void add(Deque<T> deque, T last, int most) {
    deque.addLast(last);
    if (deque.size() > most) {
      deque.removeFirst();
    }
  }

  /** The pictures that are there, oldest first. */
  synchronized List<Picture> pictures() {
    return List.copyOf(pictures);
  }

  /** All that there is, oldest first. */
  synchronized List<byte[]> events() {
    List<byte[]> events = new ArrayList<>();
    events.add(PageEvents.hello(PICTURES, FAILURES, MOMENTS));
    if (model != null) {
      events.add(model);
    }
    events.add(PageEvents.moments(List.copyOf(moments)));
    events.addAll(failures);
    pictures.forEach(picture -> events.add(picture.event()));
    return events;
  }
}
