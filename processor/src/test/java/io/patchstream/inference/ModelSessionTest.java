package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images of several grids through one session. */
class ModelSessionTest {

  private static final List<Grid> GRIDS =
      List.of(new Grid(6, 6), new Grid(6, 6), new Grid(4, 9), new Grid(2, 3), new Grid(6, 6));

  private ModelSession session;

  @BeforeEach
  void open() throws Exception {
    try (Model model = Model.open(Golden.HF_VIT)) {
      session =
          new ModelSession(
              model.graph(),
              model.positionTables(1 << 20),
              GRIDS.size(),
              Device.CPU,
              Golden.onCpu(1));
    }
  }

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void eachImageGivesWhatItGivesAlone() throws Exception {
    List<float[]> logits = new ArrayList<>();
    List<float[]> embeddings = new ArrayList<>();
    for (int i = 0; i < GRIDS.size(); i++) {
      session.run(picture(i), List.of(GRIDS.get(i)));
      logits.add(session.logits(0));
      embeddings.add(session.clsEmbedding(0));
    }
    int patches = GRIDS.stream().mapToInt(Grid::patches).sum();
    FloatBuffer together =
        DirectBuffers.floats(patches * 3 * Golden.PATCH_SIZE * Golden.PATCH_SIZE);
    for (int i = 0; i < GRIDS.size(); i++) {
      together.put(picture(i));
    }
    session.run(together.flip(), GRIDS);

    for (int i = 0; i < GRIDS.size(); i++) {
      assertThat(session.logits(i)).containsExactly(logits.get(i), within(1e-5f));
      assertThat(session.clsEmbedding(i)).containsExactly(embeddings.get(i), within(1e-5f));
    }
    assertThat(logits.get(0)).isNotEqualTo(logits.get(1));
  }

  private static FloatBuffer picture(int image) {
    return new GeneratedPicture(image).patches(GRIDS.get(image), Golden.PATCH_SIZE);
  }
}
