package io.patchstream.ops.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.inference.Inference;
import io.patchstream.ops.http.EventStream;
import io.patchstream.topology.ResultTap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What goes to the page, as JSON in server-sent events. Texts from outside are bounded. */
final class PageEvents {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MOST_CHARS = 300;
  private static final int MOST_ATTRIBUTES = 16;
  private static final int MOST_PREDICTIONS = 10;

  private record Hello(int pictures, int failures, int moments) {}

  private record Shown(
      long number,
      long time,
      String source,
      String imageId,
      Map<String, String> attributes,
      int width,
      int height,
      int rows,
      int columns,
      long millis,
      List<Inference.Prediction> predictions,
      String picture) {}

  private record Unshown(
      long number, long time, String source, String imageId, String reason, String message) {}

  private record Point(long number, double x, double y) {}

  private record EmbeddingMap(double share, List<Point> points) {}

  private PageEvents() {}

  /** The first of all: what a page had before is out of date; how much it is to keep. */
  static byte[] hello(int pictures, int failures, int moments) {
    return event("hello", new Hello(pictures, failures, moments));
  }

  /** There is no model yet. */
  static byte[] starting() {
    return event("starting", Map.of());
  }

  static byte[] model(ModelCard card) {
    return event("model", card);
  }

  /** Those of the last minutes, oldest first. */
  static byte[] moments(List<Figures.Moment> moments) {
    return event("moments", moments);
  }

  static byte[] moment(Figures.Moment moment) {
    return event("moment", moment);
  }

  /**
   * A picture and what the model says of it.
   *
   * @param millis when it was forwarded
   * @param thumbnail a JPEG
   */
  static byte[] picture(long number, ResultTap.Classified image, long millis, byte[] thumbnail) {
    Inference inference = image.inference();
    return event(
        "picture",
        new Shown(
            number,
            millis,
            image.source(),
            cut(image.imageId()),
            cut(image.attributes()),
            inference.imageWidth(),
            inference.imageHeight(),
            inference.grid().rows(),
            inference.grid().columns(),
            millis - image.timestamp(),
            inference.predictions().stream().limit(MOST_PREDICTIONS).map(PageEvents::cut).toList(),
            "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(thumbnail)));
  }

  /**
   * A picture without a result.
   *
   * @param millis when it was forwarded
   */
  static byte[] failure(long number, ResultTap.Failed image, long millis) {
    return event(
        "failure",
        new Unshown(
            number,
            millis,
            image.source(),
            cut(image.imageId()),
            image.reason().name(),
            cut(image.message())));
  }

  /** Where the pictures lie, the farthest from the middle at a distance of about 1. */
  static byte[] map(List<Recent.Picture> pictures, PrincipalAxes.Projection at) {
    double reach = 0;
    for (int i = 0; i < pictures.size(); i++) {
      reach = Math.max(reach, Math.max(Math.abs(at.x()[i]), Math.abs(at.y()[i])));
    }
    Point[] points = new Point[pictures.size()];
    for (int i = 0; i < points.length; i++) {
      double x = reach == 0 ? 0 : at.x()[i] / reach;
      double y = reach == 0 ? 0 : at.y()[i] / reach;
      points[i] = new Point(pictures.get(i).number(), round(x), round(y));
    }
    return event("map", new EmbeddingMap(round(at.share()), List.of(points)));
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static byte[] event(String name, Object data) {
    try {
      return EventStream.event(name, JSON.writeValueAsString(data));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers are JSON", e);
    }
  }

  private static Map<String, String> cut(Map<String, String> attributes) {
    Map<String, String> few = new LinkedHashMap<>();
    attributes.entrySet().stream()
        .limit(MOST_ATTRIBUTES)
        .forEach(entry -> few.put(cut(entry.getKey()), cut(entry.getValue())));
    return few;
  }

  private static Inference.Prediction cut(Inference.Prediction prediction) {
    return new Inference.Prediction(
        prediction.classIndex(), cut(prediction.label()), prediction.score());
  }

  private static String cut(String text) {
    return text == null || text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
  }
}
