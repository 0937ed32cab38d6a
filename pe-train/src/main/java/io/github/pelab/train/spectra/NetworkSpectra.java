package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.spectra.BlockLogits.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The spectra of all heads of a network, over the examples of an evaluation. */
final class NetworkSpectra {
  /** By layer and head; in their order, one for each example. */
  private final List<List<ArrayList<Optional<Pair>>>> spectra = new ArrayList<>();

  /** Puts every example before the network; the progress is stepped by each. */
  NetworkSpectra(MultiLayerNetwork network, Evaluation evaluation, Progress.Task progress) {
    for (TaskBatch batch : evaluation.batches()) {
      List<BlockLogits> blocks = observe(network, batch);
      for (int layer = 0; layer < blocks.size(); layer++) {
        add(layer, blocks.get(layer));
      }
      progress.step(batch.examples().size());
    }
  }

  private static List<BlockLogits> observe(MultiLayerNetwork network, TaskBatch batch) {
    INDArray mask = batch.data().getFeaturesMaskArray();
    List<BlockLogits> blocks = new ArrayList<>();
    List<Scope> scopes = new ArrayList<>();
    for (AttentionAccess access : AttentionAccess.of(network)) {
      scopes.add(access.observe(trace -> blocks.add(new BlockLogits(trace, mask))));
    }
    try {
      Evaluation.probabilities(network, batch);
    } finally {
      scopes.forEach(Scope::close);
    }
    return blocks;
  }

  private void add(int layer, BlockLogits block) {
    if (layer == spectra.size()) {
      spectra.add(
          Stream.generate(() -> new ArrayList<Optional<Pair>>()).limit(block.heads()).toList());
    }
    for (int h = 0; h < block.heads(); h++) {
      int head = h;
      spectra
          .get(layer)
          .get(head)
          .addAll(
              IntStream.range(0, block.examples())
                  .parallel()
                  .mapToObj(example -> block.spectra(head, example))
                  .toList());
    }
  }

  /** Number of attentions. */
  int layers() {
    return spectra.size();
  }

  /** H of a layer. */
  int heads(int layer) {
    return spectra.get(layer).size();
  }

  /** Of a head, one for each example; empty where there is none, see {@link BlockLogits}. */
  List<Optional<Pair>> of(int layer, int head) {
    return spectra.get(layer).get(head);
  }
}
