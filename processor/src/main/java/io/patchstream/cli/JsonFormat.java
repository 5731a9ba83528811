package io.patchstream.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.image.Grid;
import io.patchstream.inference.Inference;
import java.util.List;
import java.util.Optional;

/** One JSON object a file, for machines. */
final class JsonFormat implements OutcomeFormat {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is null is left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Line(
      String path,
      Integer width,
      Integer height,
      Grid grid,
      List<Prediction> predictions,
      FileOutcome.Failure error) {}

  private record Prediction(int index, String label, float score) {}

  @Override
  public Optional<String> line(FileOutcome outcome) {
    try {
      return Optional.of(JSON.writeValueAsString(object(outcome)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Line object(FileOutcome outcome) {
    String path = outcome.file().toString();
    Inference inference = outcome.inference();
    if (inference == null) {
      return new Line(path, null, null, null, null, outcome.failure());
    }
    return new Line(
        path,
        inference.imageWidth(),
        inference.imageHeight(),
        inference.grid(),
        inference.predictions().stream()
            .map(best -> new Prediction(best.classIndex(), best.label(), best.score()))
            .toList(),
        null);
  }
}
