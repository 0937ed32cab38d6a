package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BranchedPassesTest {
  private static final DistanceTask TASK =
      new DistanceTask(new DistanceTask.Options(8, 3, 5, 9, 1L));
  private static final int WIDTH = 16;
  private static final Evaluation SPLIT = new Evaluation(TASK, Split.VALIDATION, 12, 8);

  /** Heads alone and together, a part, latents, random subspaces, the whole network: to the bit. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT, multi-head, ZERO",
    "FLOAT, 'mla(compressed=8,rotary=4)', RESAMPLE",
    "DOUBLE, multi-head, MEAN"
  })
  void areWhatAPassForEachGives(DataType type, String form, Mode mode) {
    MultiLayerNetwork network =
        Models.random(TASK, WIDTH, form, "rope", false).convertDataType(type);
    NetworkHeads heads = new NetworkHeads(network);
    VariantPasses branched = BranchedPasses.of(network, heads);
    assertThat(branched).isInstanceOf(BranchedPasses.class);
    HeadAblation ablation = new HeadAblation(heads, AblationConfig.of(mode), SPLIT.batches());
    RandomSubspaces subspaces = new RandomSubspaces(heads, ablation, SPLIT.batches());
    int first = 0;
    for (TaskBatch batch : SPLIT.batches()) {
      List<Variant> variants = new ArrayList<>();
      variants.add(ablation.variant(List.of(), batch, first));
      for (Head head : heads.all()) {
        variants.add(ablation.variant(List.of(head), batch, first));
        variants.add(
            Variant.of(
                List.of(
                    new Variant.Change(
                        head.layer(),
                        new PartRemoval(head.layer(), head.head(), HeadPart.ROTATION)))));
      }
      if (heads.latentSize(0) > 0) {
        variants.add(new Variant(List.of(), List.of(new Variant.Latents(1, 0, 4))));
      }
      variants.add(ablation.variant(heads.of(1), batch, first));
      variants.add(ablation.variant(List.of(new Head(1, 2), new Head(0, 3)), batch, first));
      subspaces.variants(List.of(new Head(0, 1)), 2, batch, first).forEach(variants::add);
      List<INDArray> expected = heads.probabilities(batch, variants.stream());
      List<INDArray> found = branched.probabilities(batch, variants.stream());
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(bits(found.get(i))).as("variant %d", i).isEqualTo(bits(expected.get(i)));
        if (i > 0) {
          assertThat(bits(found.get(i))).isNotEqualTo(bits(found.get(0)));
        }
      }
      first += batch.examples().size();
    }
  }

  /** Rows for each token of many variants do not fit together: they are run in turns. */
  @Test
  void asManyAtATimeAsFit() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    NetworkHeads heads = new NetworkHeads(network);
    INDArray rows = Nd4j.zeros(DataType.FLOAT, 1 << 22, WIDTH / Models.HEADS);
    INDArray row = Nd4j.ones(DataType.FLOAT, 1, WIDTH / Models.HEADS);
    List<Variant> variants = new ArrayList<>();
    for (Head head : heads.all()) {
      INDArray values = head.head() < 2 ? rows : row;
      variants.add(Variant.of(List.of(heads.replaced(head, values))));
    }
    TaskBatch batch = SPLIT.batches().get(0);
    List<INDArray> expected = heads.probabilities(batch, variants.stream());
    List<INDArray> found =
        BranchedPasses.of(network, heads).probabilities(batch, variants.stream());
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(bits(found.get(i))).isEqualTo(bits(expected.get(i)));
    }
  }

  @Test
  void noVariantsNoPass() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    assertThat(
            BranchedPasses.of(network, new NetworkHeads(network))
                .probabilities(SPLIT.batches().get(0), List.<Variant>of().stream()))
        .isEmpty();
  }

  private static long[] bits(INDArray array) {
    double[] numbers = array.dup('c').data().asDouble();
    return LongStream.range(0, numbers.length)
        .map(i -> Double.doubleToRawLongBits(numbers[(int) i]))
        .toArray();
  }
}
