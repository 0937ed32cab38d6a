package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.config.Sweep;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** What the assembled network does in a step is AdamW, on every parameter of every layer. */
class AdamWTest {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double DECAY = 0.1;

  @TempDir Path directory;

  @Test
  void everyParameterFollowsTheFormula() {
    assertThat(largestDifference(DECAY)).isLessThan(2e-6);
  }

  /** The check would notice a decay that is applied twice, as DL4J does if set for all layers. */
  @Test
  void noticesAnotherDecay() {
    assertThat(largestDifference(2 * DECAY)).isGreaterThan(1e-4);
  }

  private double largestDifference(double decay) {
    Sweep.Member member = Fixtures.member(directory, "rope", 3);
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork network = experiment.network();
    TaskIterator batches = experiment.trainingBatches();
    WarmupCosine learningRate = experiment.learningRate();
    Map<String, double[]> expected = values(network.paramTable());
    Map<String, double[]> first = new HashMap<>();
    Map<String, double[]> second = new HashMap<>();
    for (int step = 0; step < 4; step++) {
      DataSet batch = batches.next();
      network.setInput(batch.getFeatures());
      network.setLabels(batch.getLabels());
      network.setLayerMaskArrays(batch.getFeaturesMaskArray(), null);
      network.computeGradientAndScore();
      Map<String, double[]> gradients = values(network.gradient().gradientForVariable());
      network.clearLayerMaskArrays();
      double rate = learningRate.valueAt(step, 0);
      for (String name : expected.keySet()) {
        double[] p = expected.get(name);
        double[] g = gradients.get(name);
        double[] m = first.computeIfAbsent(name, key -> new double[p.length]);
        double[] v = second.computeIfAbsent(name, key -> new double[p.length]);
        boolean decays = name.endsWith("W") || name.endsWith("embedding");
        for (int i = 0; i < p.length; i++) {
          double gradient = g[i] / batch.numExamples();
          m[i] = BETA1 * m[i] + (1 - BETA1) * gradient;
          v[i] = BETA2 * v[i] + (1 - BETA2) * gradient * gradient;
          // The form of Adam's section 2 that leaves epsilon out of the bias correction.
          double correction =
              Math.sqrt(1 - Math.pow(BETA2, step + 1)) / (1 - Math.pow(BETA1, step + 1));
          double adam = correction * m[i] / (Math.sqrt(v[i]) + EPSILON);
          p[i] -= rate * (adam + (decays ? decay * p[i] : 0));
        }
      }
      network.fit(batch);
    }
    double largest = 0;
    for (Map.Entry<String, double[]> actual : values(network.paramTable()).entrySet()) {
      double[] p = expected.get(actual.getKey());
      for (int i = 0; i < p.length; i++) {
        largest = Math.max(largest, Math.abs(p[i] - actual.getValue()[i]));
      }
    }
    return largest;
  }

  private static Map<String, double[]> values(Map<String, INDArray> arrays) {
    Map<String, double[]> values = new HashMap<>();
    arrays.forEach((name, array) -> values.put(name, array.dup('c').data().asDouble()));
    return values;
  }
}
