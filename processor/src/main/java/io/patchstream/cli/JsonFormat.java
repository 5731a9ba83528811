package io.patchstream.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.image.Grid;
import io.patchstream.inference.Inference;
import java.util.List;
import java.util.Optional;

/** One JSON object a file, for machines; of a model without a head with the embedding. */
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
      float[] embedding,
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
      return new Line(path, null, null, null, null, null, outcome.failure());
    }
    boolean hasHead = inference.logits().length > 0;
    return new Line(
        path,
        inference.imageWidth(),
        inference.imageHeight(),
        inference.grid(),
        hasHead ? predictions(inference) : null,
        hasHead ? null : inference.clsEmbedding(),
        null);
  }

  private static List<Prediction> predictions(Inference inference) {
    return inference.predictions().stream()
        .map(best -> new Prediction(best.classIndex(), best.label(), best.score()))
        .toList();
  }
}
