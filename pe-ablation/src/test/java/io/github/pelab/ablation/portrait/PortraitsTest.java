package io.github.pelab.ablation.portrait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.Models;
import io.github.pelab.ablation.portrait.HeadPortrait.ClassAttention;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Portraits of small networks in double: as a plain loop counts, and of heads that are planted. */
class PortraitsTest {
  private static final int WIDTH = 16;
  private static final int K = WIDTH / Models.HEADS;
  private static final double ROUNDING = 1e-10;

  /** Lengths 5 to 9: batches have padding. */
  private static final DistanceTask TASK =
      new DistanceTask(new DistanceTask.Options(8, 3, 5, 9, 1L));

  private static final Evaluation EVALUATION = new Evaluation(TASK, Split.TEST, 11, 4);

  private static List<HeadPortrait> portraits(MultiLayerNetwork network, boolean causal) {
    return new Portraits(TASK, EVALUATION, causal)
        .of(network, "best", Progress.of(Progress.Mode.NONE, System.err));
  }

  /** Sums without a thought for speed, pair by pair, of one head. */
  private static final class PlainLoop {
    private final Map<Integer, List<Double>> weightsByLag = new TreeMap<>();
    private final Map<Integer, List<Double>> deviationsByLag = new TreeMap<>();
    private final Map<String, Double> weightByClasses = new HashMap<>();
    private final Map<String, Double> uniformByClasses = new HashMap<>();
    private final Map<String, Long> queries = new HashMap<>();
    private final List<Double> contributions = new ArrayList<>();
    private final List<Double> outputs = new ArrayList<>();

    void add(AttentionTrace trace, int head, boolean causal, List<Example> examples) {
      INDArray contribution = trace.contribution(head);
      for (int b = 0; b < examples.size(); b++) {
        int[] tokens = examples.get(b).tokens();
        for (int i = 0; i < tokens.length; i++) {
          contributions.add(contribution.slice(b).getRow(i).norm2Number().doubleValue());
          outputs.add(trace.output().slice(b).getRow(i).norm2Number().doubleValue());
          String query = className(tokens[i]);
          queries.merge(query, 1L, Long::sum);
          int seen = causal ? i + 1 : tokens.length;
          for (int j = 0; j < seen; j++) {
            double weight = trace.weights().getDouble(b, head, i, j);
            weightsByLag.computeIfAbsent(i - j, lag -> new ArrayList<>()).add(weight);
            deviationsByLag
                .computeIfAbsent(i - j, lag -> new ArrayList<>())
                .add(weight - 1.0 / seen);
            String classes = query + ">" + className(tokens[j]);
            weightByClasses.merge(classes, weight, Double::sum);
            uniformByClasses.merge(classes, 1.0 / seen, Double::sum);
          }
        }
      }
    }

    private static String className(int token) {
      return TASK.tokenClasses().get(TASK.tokenClass(token));
    }

    private static double mean(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double rootMeanSquare(List<Double> values) {
      return Math.sqrt(mean(values.stream().map(value -> value * value).toList()));
    }

    /** R² of the deviations, predicted by the mean of their lag. */
    private double positional() {
      double all = 0;
      double left = 0;
      for (List<Double> ofLag : deviationsByLag.values()) {
        double mean = mean(ofLag);
        for (double each : ofLag) {
          all += each * each;
          left += (each - mean) * (each - mean);
        }
      }
      return 1 - left / all;
    }

    void agreesWith(HeadPortrait portrait) {
      List<Integer> lags = List.copyOf(weightsByLag.keySet());
      assertThat(portrait.lags().first()).isEqualTo(lags.get(0));
      assertThat(portrait.lags().weights()).hasSameSizeAs(lags);
      for (int n = 0; n < lags.size(); n++) {
        List<Double> ofLag = weightsByLag.get(lags.get(n));
        assertThat(portrait.lags().pairs().get(n)).isEqualTo(ofLag.size());
        double mean = mean(ofLag);
        assertThat(portrait.lags().weights().get(n)).isCloseTo(mean, within(ROUNDING));
        assertThat(portrait.lags().uniform().get(n))
            .isCloseTo(mean - mean(deviationsByLag.get(lags.get(n))), within(ROUNDING));
      }
      assertThat(portrait.classes()).hasSize(9);
      for (ClassAttention cell : portrait.classes()) {
        long of = queries.get(cell.query());
        String classes = cell.query() + ">" + cell.key();
        assertThat(cell.queries()).isEqualTo(of);
        assertThat(cell.weight())
            .isCloseTo(weightByClasses.getOrDefault(classes, 0.0) / of, within(ROUNDING));
        assertThat(cell.uniform())
            .isCloseTo(uniformByClasses.getOrDefault(classes, 0.0) / of, within(ROUNDING));
      }
      assertThat(portrait.positional()).isCloseTo(positional(), within(ROUNDING));
      double contribution = rootMeanSquare(contributions);
      assertThat(portrait.contribution()).isCloseTo(contribution, within(ROUNDING));
      assertThat(portrait.contributionShare())
          .isCloseTo(contribution / rootMeanSquare(outputs), within(ROUNDING));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void areWhatAPlainLoopCounts(boolean causal) {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "alibi+rope", causal);
    List<HeadPortrait> portraits = portraits(network, causal);
    assertThat(portraits).hasSize(Models.LAYERS * Models.HEADS);
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      for (int head = 0; head < Models.HEADS; head++) {
        HeadPortrait portrait = portraits.get(layer * Models.HEADS + head);
        assertThat(List.of(portrait.layer(), portrait.head())).containsExactly(layer, head);
        assertThat(portrait.checkpoint()).isEqualTo("best");
        assertThat(portrait.split()).isEqualTo("test");
        assertThat(portrait.examples()).isEqualTo(11);
        PlainLoop loop = new PlainLoop();
        for (TaskBatch batch : EVALUATION.batches()) {
          loop.add(Models.traces(network, batch).get(layer), head, causal, batch.examples());
        }
        loop.agreesWith(portrait);
        // All that a token looks at is one of the classes.
        for (String query : List.of("trigger 1", "trigger 2", "filler")) {
          assertThat(
                  portrait.classes().stream()
                      .filter(cell -> cell.query().equals(query))
                      .mapToDouble(ClassAttention::weight)
                      .sum())
              .isCloseTo(1, within(ROUNDING));
        }
      }
    }
  }

  @Test
  void headsOfDifferentKindsAreToldApart() {
    int previous = 1;
    int atTrigger = 2;
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "t5(buckets=0,shared=false)", false);
    int longest = TASK.maxLength();
    INDArray bias = network.getParam("0_lagBias0").assign(0);
    bias.putScalar(1 + longest - 1, previous, 50);
    INDArray embedding = network.getParam("0_embedding");
    for (int token = 0; token < TASK.vocabularySize(); token++) {
      embedding.putScalar(token, 0, token == TASK.trigger1() ? 30 : 0);
    }
    String attention = "0_block0.attention.";
    for (int head : new int[] {previous, atTrigger}) {
      for (int column = head * K; column < (head + 1) * K; column++) {
        network.getParam(attention + "q.b").putScalar(column, head == atTrigger ? 1 : 0);
        for (int d = 0; d < WIDTH; d++) {
          network.getParam(attention + "q.W").putScalar(d, column, 0);
          network.getParam(attention + "k.W").putScalar(d, column, d == 0 ? 20 : 0);
        }
      }
    }
    List<HeadPortrait> portraits = portraits(network, false);

    HeadPortrait byLag = portraits.get(previous);
    assertThat(weightAt(byLag, 1)).isGreaterThan(0.999);
    assertThat(weightAt(byLag, 0)).isLessThan(0.1);
    assertThat(weightAt(byLag, -1)).isLessThan(0.1);
    assertThat(byLag.positional()).isGreaterThan(0.95);

    HeadPortrait byContent = portraits.get(atTrigger);
    for (ClassAttention cell : byContent.classes()) {
      double expected = cell.key().equals("trigger 1") ? 1 : 0;
      assertThat(cell.weight()).as(cell.toString()).isCloseTo(expected, within(0.01));
      assertThat(cell.uniform()).isLessThan(0.9);
    }
    assertThat(byContent.positional()).isLessThan(0.3);
    assertThat(weightAt(byContent, 1)).isLessThan(0.5);
  }

  private static double weightAt(HeadPortrait portrait, int lag) {
    return portrait.lags().weights().get(lag - portrait.lags().first());
  }

  @Test
  void watchingLeavesTheNetworkAsItWas() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    TaskBatch batch = EVALUATION.batches().get(0);
    long[] parameters = Models.bits(network.params());
    long[] output = Models.bits(output(network, batch));
    List<HeadPortrait> first = portraits(network, false);
    assertThat(portraits(network, false)).isEqualTo(first);
    assertThat(Models.bits(network.params())).isEqualTo(parameters);
    assertThat(Models.bits(output(network, batch))).isEqualTo(output);
  }

  private static INDArray output(MultiLayerNetwork network, TaskBatch batch) {
    return network.output(
        batch.data().getFeatures(), false, batch.data().getFeaturesMaskArray(), null);
  }
}
