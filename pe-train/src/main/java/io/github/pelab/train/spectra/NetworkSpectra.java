package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Updates;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The spectra of all heads of a network, over the examples of an evaluation. */
final class NetworkSpectra {
  /** By layer and head; in their order, one for each example. */
  private final List<List<ArrayList<Optional<PairedSpectrum>>>> spectra = new ArrayList<>();

  /**
   * Puts every example before the network; the progress is stepped by each.
   *
   * @param network that drops nothing in training
   */
  NetworkSpectra(MultiLayerNetwork network, Evaluation evaluation, Progress.Task progress) {
    AttentionAccess access = AttentionAccess.of(network).get(0);
    for (int layer = 0; layer < access.blocks(); layer++) {
      spectra.add(
          Stream.generate(() -> new ArrayList<Optional<PairedSpectrum>>())
              .limit(access.heads())
              .toList());
    }
    for (TaskBatch batch : evaluation.batches()) {
      List<HeadLogits> shown = new ArrayList<>();
      try (Scope scope = access.observeLogits(shown::addAll)) {
        var unused = Updates.gradient(network, batch);
      }
      // In their order: a head's are an example each.
      List<Optional<PairedSpectrum>> measured =
          shown.parallelStream().map(PairedSpectrum::of).toList();
      for (int i = 0; i < measured.size(); i++) {
        HeadLogits each = shown.get(i);
        spectra.get(each.block()).get(each.head()).add(measured.get(i));
      }
      progress.step(batch.examples().size());
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

  /** Of a head, one for each example; empty where there is none, see {@link PairedSpectrum}. */
  List<Optional<PairedSpectrum>> of(int layer, int head) {
    return spectra.get(layer).get(head);
  }
}
