package io.github.pelab.ablation;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadIntervention;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs the variants of a network as branches of one pass, see {@link AttentionAccess#branch}: what
 * comes before the first head that a variant changes is computed once for all. To the bit what a
 * pass for each gives.
 *
 * <p>For networks of one layer with attentions and an output layer behind it; a variant of other
 * parameters has a pass of its own. With L blocks, of whose time all before the output's projection
 * takes a part f, a pass costs L of them and a branch, over all blocks, (L + 1)/2 − f: of 6 blocks
 * no more than 2.4 times less.
 */
final class BranchedPasses implements VariantPasses {
  /** Numbers in the rows that replace heads, of variants that are run together: 128 MiB. */
  private static final long MOST_NUMBERS = 1L << 24;

  private final MultiLayerNetwork network;
  private final NetworkHeads heads;
  private final AttentionAccess access;
  private final Layer output;

  private BranchedPasses(
      MultiLayerNetwork network, NetworkHeads heads, AttentionAccess access, Layer output) {
    this.network = network;
    this.heads = heads;
    this.access = access;
    this.output = output;
  }

  /** Branches where the network has them, else a pass for each variant. */
  static VariantPasses of(MultiLayerNetwork network, NetworkHeads heads) {
    Layer[] layers = network.getLayers();
    boolean branches =
        layers.length == 2
            && layers[0] instanceof AttentionAccess.Holder
            && layers[1] instanceof IOutputLayer
            && network.getLayerWiseConfigurations().getInputPreProcess(1) == null;
    return branches
        ? new BranchedPasses(
            network, heads, ((AttentionAccess.Holder) layers[0]).attentions(), layers[1])
        : heads;
  }

  @Override
  public List<INDArray> probabilities(TaskBatch batch, Stream<Variant> variants) {
    List<INDArray> probabilities = new ArrayList<>();
    List<List<HeadIntervention>> together = new ArrayList<>();
    long numbers = 0;
    for (Iterator<Variant> each = variants.iterator(); each.hasNext(); ) {
      Variant variant = each.next();
      List<HeadIntervention> changes =
          variant.changes().stream().map(Variant.Change::intervention).toList();
      long more = changes.stream().mapToLong(BranchedPasses::numbers).sum();
      boolean apart = !variant.latents().isEmpty();
      if (apart || numbers + more > MOST_NUMBERS) {
        probabilities.addAll(branch(batch, together));
        together.clear();
        numbers = 0;
      }
      if (apart) {
        probabilities.addAll(heads.probabilities(batch, Stream.of(variant)));
      } else {
        together.add(changes);
        numbers += more;
      }
    }
    probabilities.addAll(branch(batch, together));
    return probabilities;
  }

  private static long numbers(HeadIntervention intervention) {
    return intervention instanceof HeadReplacement replacement ? replacement.value().length() : 0;
  }

  private List<INDArray> branch(TaskBatch batch, List<List<HeadIntervention>> branches) {
    if (branches.isEmpty()) {
      return List.of();
    }
    List<INDArray> made = new ArrayList<>();
    try (Scope scope = access.branch(branches, made::addAll)) {
      Evaluation.probabilities(network, batch);
    }
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    return made.stream().map(each -> output.activate(each, false, workspaces)).toList();
  }
}
