package io.github.pelab.cli.spectra;

import io.github.pelab.spectra.Contraction;
import io.github.pelab.train.spectra.ContractionRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Whether the logits of trained networks contract, over the runs of a label. Of several runs a pair
 * is a run, the geometric mean over its heads and examples, and the interval is of networks so
 * trained; of one run a pair is an example, and the interval is of this network.
 *
 * @param runs how many
 * @param shuffled whether it is of the runs' randomised twins
 */
public record TrainedContraction(
    String label,
    String checkpoint,
    boolean shuffled,
    int runs,
    Contraction spectralNorm,
    Contraction rowCentredNorm) {

  /** For each label, checkpoint, and networks or twins, of what was measured. */
  public static List<TrainedContraction> of(List<WatchedRun> runs) {
    record Group(String label, String checkpoint, boolean shuffled) {}
    Map<Group, List<ContractionRow.Network>> groups = new LinkedHashMap<>();
    for (WatchedRun run : runs) {
      for (ContractionRow row : run.contraction()) {
        if (row instanceof ContractionRow.Network network) {
          Group group =
              new Group(run.label(), network.subject().checkpoint(), network.subject().shuffled());
          groups.computeIfAbsent(group, g -> new ArrayList<>()).add(network);
        }
      }
    }
    return groups.entrySet().stream()
        .map(
            each ->
                new TrainedContraction(
                    each.getKey().label(),
                    each.getKey().checkpoint(),
                    each.getKey().shuffled(),
                    each.getValue().size(),
                    over(each.getValue(), ContractionRow.Network::spectralNorm),
                    over(each.getValue(), ContractionRow.Network::rowCentredNorm)))
        .toList();
  }

  private static Contraction over(
      List<ContractionRow.Network> networks,
      Function<ContractionRow.Network, Contraction> contraction) {
    if (networks.size() == 1) {
      return contraction.apply(networks.get(0));
    }
    double[] ratios =
        networks.stream().map(contraction).mapToDouble(Contraction::geometricMean).toArray();
    double[] ones = new double[ratios.length];
    Arrays.fill(ones, 1);
    return Contraction.of(ratios, ones);
  }
}
