package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.AblationConfig.Part;
import io.github.pelab.train.progress.Progress;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A study that removes a part of each head in turn, and replaces none. */
class PartStudyTest {
  private static final DistanceTask TASK =
      new DistanceTask(new DistanceTask.Options(8, 3, 5, 9, 1L));
  private static final Evaluation VALIDATION = new Evaluation(TASK, Split.VALIDATION, 30, 16);
  private static final Evaluation TEST = new Evaluation(TASK, Split.TEST, 40, 16);

  private static List<AblationRow> study(MultiLayerNetwork network, Part part) {
    return new AblationStudy(VALIDATION, List.of(TEST), AblationConfig.of(Mode.MEAN).withPart(part))
        .run(network, "best", TASK.chance(), 1, Progress.of(Progress.Mode.NONE, null));
  }

  @ParameterizedTest
  @CsvSource({
    "multi-head, rope+alibi, ROTATION",
    "multi-head, rope+alibi, LAG_BIAS",
    "'mla(compressed=8,rotary=4)', rope, CONTENT",
    "'mla(compressed=8,rotary=4)', rope, ROTARY"
  })
  void eachHeadIsWithoutThePartInItsTurn(String form, String scheme, Part part) {
    MultiLayerNetwork network = Models.random(TASK, 16, form, scheme, false);
    List<AblationRow> rows = study(network, part);
    assertThat(rows).noneMatch(AblationRow.Control.class::isInstance);
    int heads = 0;
    for (AblationRow row : rows) {
      assertThat(row.intervention().mode()).isEqualTo("without-" + part.key());
      if (row instanceof AblationRow.Head head) {
        HeadPart removed = part.ofScores().orElseThrow();
        PartRemoval removal = new PartRemoval(head.layer(), head.head(), removed);
        try (Scope scope = AttentionAccess.of(network).get(0).intervene(List.of(removal))) {
          Evaluation.Result expected = TEST.of(network);
          assertThat(head.right())
              .isEqualTo(new Outcomes(expected.total(), expected.right()).encoded());
        }
        heads++;
      }
    }
    assertThat(heads).isEqualTo(Models.LAYERS * Models.HEADS);
  }

  @Test
  void aPartThatHeadsDoNotHaveIsRefused() {
    MultiLayerNetwork network = Models.random(TASK, 16, "rope", false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> study(network, Part.LAG_BIAS))
        .withMessage("head 0 in block 0 has no part lag-bias; what it has is [rotation]");
  }
}
