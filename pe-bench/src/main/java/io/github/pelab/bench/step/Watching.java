package io.github.pelab.bench.step;

import static java.util.Locale.ROOT;

import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Updates;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.config.TrainingConfig;
import io.github.pelab.train.spectra.SpectraWatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Prints, as Markdown, what it costs to watch the spectra of the quickstart's models every 100
 * updates. Updates and watching are measured in turn, in one process. With {@code --quick} of fewer
 * updates.
 */
public final class Watching {
  private static final int EVERY = 100;

  private Watching() {}

  /** {@code [--quick]}. */
  public static void main(String[] arguments) {
    Program.run(
        arguments,
        quick -> {
          Table table =
              new Table("model", EVERY + " updates, ms", "watched once, ms", "share of training");
          Path config = Path.of("configs", "quickstart.yaml");
          for (Sweep.Member member : Experiment.configs().read(config).members()) {
            measure(member, quick ? 1 : 5, table);
          }
          System.out.println(table);
        });
  }

  private static void measure(Sweep.Member member, int rounds, Table table) {
    Experiment experiment = Experiment.of(member.config(), member.label());
    TrainingConfig training = experiment.config().training();
    MultiLayerNetwork network = experiment.network();
    Updates updates = new Updates(network, 1, training.clip());
    TaskIterator batches =
        new TaskIterator(
            experiment.task(),
            Split.TRAIN,
            EVERY * training.batch(),
            training.batch(),
            Order.sequential());
    SpectraWatch watch = new SpectraWatch(experiment);
    List<Double> updating = new ArrayList<>();
    List<Double> watching = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      long began = System.nanoTime();
      batches.reset();
      while (batches.hasNext()) {
        var unused = updates.next(batches);
      }
      long middle = System.nanoTime();
      var unused = watch.of(network, EVERY * (round + 1), OptionalDouble.empty());
      long ended = System.nanoTime();
      if (round > 0) { // the first one warms up
        updating.add((middle - began) / 1e6);
        watching.add((ended - middle) / 1e6);
      }
    }
    table.add(
        member.label(),
        String.format(ROOT, "%.0f", Median.of(updating)),
        String.format(ROOT, "%.1f", Median.of(watching)),
        String.format(ROOT, "%.1f %%", 100 * Median.ofRatios(watching, updating)));
  }
}
