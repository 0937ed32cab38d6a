package io.github.pelab.bench.step;

import static java.util.Locale.ROOT;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskIterator;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Prints, as Markdown, what it takes to ablate every head of a network: by an evaluation for each,
 * and by the branches of one. Both are measured in turn, in one process, and must agree to the bit.
 * With {@code --quick} on fewer examples.
 */
public final class Branching {
  private Branching() {}

  /** {@code [--quick]}. */
  public static void main(String[] arguments) {
    Program.run(
        arguments,
        quick -> {
          Workload standard = Workload.standard();
          int batch = quick ? 4 : 32;
          Table table = new Table("tokens", "heads", "ms a head, plain", "ms a head", "ratio");
          measure(standard.ofBatches(batch, 128, 128, 1), quick ? 1 : 3, table);
          measure(standard.ofBatches(batch, 5, 120, 1), quick ? 1 : 3, table);
          System.out.println(table);
        });
  }

  private static void measure(Workload workload, int rounds, Table table) {
    MultiLayerNetwork network = workload.experiment().network();
    DataSet batch =
        new TaskIterator(
                workload.experiment().task(),
                Split.TEST,
                workload.batch(),
                workload.batch(),
                Order.sequential())
            .next();
    AttentionAccess access = AttentionAccess.of(network).get(0);
    List<List<HeadReplacement>> heads = new ArrayList<>();
    INDArray zero = Nd4j.zeros(DataType.FLOAT, access.headSize());
    for (int block = 0; block < access.blocks(); block++) {
      for (int head = 0; head < access.heads(); head++) {
        heads.add(List.of(new HeadReplacement(block, head, zero)));
      }
    }
    List<Double> plain = new ArrayList<>();
    List<Double> branched = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      long began = System.nanoTime();
      List<INDArray> one = plain(network, access, heads, batch);
      long middle = System.nanoTime();
      List<INDArray> other = branched(network, access, heads, batch);
      long ended = System.nanoTime();
      requireSame(one, other);
      if (round > 0) { // the first one warms up
        plain.add((middle - began) / 1e6 / heads.size());
        branched.add((ended - middle) / 1e6 / heads.size());
      }
    }
    table.add(
        workload.shortest() + " to " + workload.longest(),
        access.blocks() + " × " + access.heads(),
        String.format(ROOT, "%.1f", Median.of(plain)),
        String.format(ROOT, "%.1f", Median.of(branched)),
        String.format(ROOT, "%.2f", Median.ofRatios(plain, branched)));
  }

  private static INDArray output(MultiLayerNetwork network, DataSet batch) {
    return network.output(batch.getFeatures(), false, batch.getFeaturesMaskArray(), null);
  }

  private static List<INDArray> plain(
      MultiLayerNetwork network,
      AttentionAccess access,
      List<List<HeadReplacement>> heads,
      DataSet batch) {
    List<INDArray> outputs = new ArrayList<>();
    for (List<HeadReplacement> each : heads) {
      try (Scope scope = access.intervene(each)) {
        outputs.add(output(network, batch));
      }
    }
    return outputs;
  }

  private static List<INDArray> branched(
      MultiLayerNetwork network,
      AttentionAccess access,
      List<List<HeadReplacement>> heads,
      DataSet batch) {
    List<INDArray> made = new ArrayList<>();
    try (Scope scope = access.branch(heads, made::addAll)) {
      output(network, batch);
    }
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    return made.stream()
        .map(each -> network.getLayer(1).activate(each, false, workspaces))
        .toList();
  }

  private static void requireSame(List<INDArray> one, List<INDArray> other) {
    for (int head = 0; head < one.size(); head++) {
      if (one.get(head).sub(other.get(head)).amaxNumber().doubleValue() != 0) {
        throw new IllegalStateException("head " + head + ": the two differ");
      }
    }
  }
}
