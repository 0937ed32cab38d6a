package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.Evaluation.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EvaluationTest {
  private static final DistanceTask TASK =
      new DistanceTask(new DistanceTask.Options(8, 3, 5, 9, 1L));
  private static final int EXAMPLES = 10;

  private final Evaluation evaluation = new Evaluation(TASK, Split.TEST, EXAMPLES, 4);

  /** Certain of one class, of 0.7. */
  private static INDArray sure(List<Integer> classes) {
    INDArray probabilities = Nd4j.valueArrayOf(new long[] {classes.size(), TASK.classes()}, 0.1);
    for (int row = 0; row < classes.size(); row++) {
      probabilities.putScalar(row, classes.get(row), 0.7);
    }
    return probabilities;
  }

  @Test
  void variantsAreCountedApartBatchByBatch() {
    List<Integer> firsts = new ArrayList<>();
    List<Result> results =
        evaluation.of(
            (batch, first) -> {
              firsts.add(first);
              List<Integer> labels = batch.examples().stream().map(Example::label).toList();
              return List.of(
                  sure(labels), sure(Collections.nCopies(labels.size(), 1)), sure(labels));
            });

    assertThat(firsts).containsExactly(0, 4, 8);
    assertThat(results).hasSize(3);
    assertThat(results.get(0).correct()).isEqualTo(EXAMPLES);
    assertThat(results.get(0).loss()).isCloseTo(-Math.log(0.7), within(1e-6));
    assertThat(results.get(2)).isEqualTo(results.get(0));
    for (int i = 0; i < EXAMPLES; i++) {
      assertThat(results.get(1).right().get(i)).isEqualTo(TASK.example(Split.TEST, i).label() == 1);
    }
    assertThat(results.get(1).correct()).isBetween(1, EXAMPLES - 1);
    assertThat(results.get(1).slices())
        .filteredOn(slice -> slice.slice().equals("gap"))
        .allSatisfy(
            slice ->
                assertThat(slice.correct())
                    .isEqualTo(slice.value() == gapOfLabelOne() ? slice.total() : 0));
  }

  private static int gapOfLabelOne() {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> TASK.example(Split.TEST, i))
        .filter(example -> example.label() == 1)
        .findFirst()
        .orElseThrow()
        .slices()
        .get("gap");
  }

  @Test
  void aVariantThatIsForgottenIsMissed() {
    assertThatThrownBy(
            () ->
                evaluation.of(
                    (batch, first) ->
                        Collections.nCopies(
                            first == 4 ? 1 : 2,
                            sure(Collections.nCopies(batch.examples().size(), 0)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "1 variants answered the batch from example 4, 2 the first one; answer for each variant");
  }
}
