package io.github.pelab.ablation;

import io.github.pelab.layers.heads.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The components of a network's latent vectors, taken away by what the weights that read them hold:
 * a component that is multiplied by a row of zeros might as well be 0.
 */
final class LatentColumns {
  /** What every attention has one of, whatever stands before its name. */
  private static final Pattern OUTPUT_WEIGHT = Pattern.compile("(.*[._])o\\.W");

  /** What makes content queries, content keys and values of latent vectors. */
  private static final List<String> LATENT_WEIGHTS = List.of("uq.W", "uk.W", "uv.W");

  private final MultiLayerNetwork network;
  private final int attentions;

  /**
   * @param attentions how many the network has
   */
  LatentColumns(MultiLayerNetwork network, int attentions) {
    this.network = network;
    this.attentions = attentions;
  }

  /**
   * C of a layer, the size of its latent vectors; 0 if it has none.
   *
   * @throws IllegalArgumentException if it cannot be told whose the network's parameters are
   */
  int size(int layer) {
    INDArray weight = network.paramTable().get(prefix(layer) + LATENT_WEIGHTS.get(0));
    return weight == null ? 0 : weight.rows();
  }

  /** They are 0 until the scope is closed. */
  Scope open(Variant.Latents latents) {
    String prefix = prefix(latents.layer());
    List<Runnable> restorations = new ArrayList<>();
    for (String name : LATENT_WEIGHTS) {
      INDArray rows =
          network
              .getParam(prefix + name)
              .get(
                  NDArrayIndex.interval(latents.first(), latents.first() + latents.count()),
                  NDArrayIndex.all());
      INDArray kept = rows.dup();
      restorations.add(() -> rows.assign(kept));
      rows.assign(0);
    }
    return () -> {
      restorations.forEach(Runnable::run);
      restorations.clear();
    };
  }

  /** What the names of a layer's attention's parameters begin with. */
  private String prefix(int layer) {
    List<String> prefixes =
        network.paramTable().keySet().stream()
            .map(OUTPUT_WEIGHT::matcher)
            .filter(Matcher::matches)
            .map(name -> name.group(1))
            .toList();
    if (prefixes.size() != attentions) {
      throw new IllegalArgumentException(
          "the network has %d attentions, but output projections named %s; ablate heads, not latent columns"
              .formatted(attentions, prefixes));
    }
    return prefixes.get(layer);
  }
}
