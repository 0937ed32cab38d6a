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
          Path config = Path.of("configs", "quickstart.yaml");
          List<Subject> subjects =
              Experiment.configs().read(config).members().stream().map(Subject::new).toList();
          subjects.forEach(Subject::round);
          subjects.forEach(Subject::forget); // the first one warms up
          for (int round = 0; round < (quick ? 1 : 5); round++) {
            subjects.forEach(Subject::round);
          }
          Table table =
              new Table("model", EVERY + " updates, ms", "watched once, ms", "share of training");
          subjects.forEach(subject -> subject.tell(table));
          System.out.println(table);
        });
  }

  /** A model in training. */
  private static final class Subject {
    private final String label;
    private final MultiLayerNetwork network;
    private final Updates updates;
    private final TaskIterator batches;
    private final SpectraWatch watch;
    private final List<Double> updating = new ArrayList<>();
    private final List<Double> watching = new ArrayList<>();
    private int step;

    Subject(Sweep.Member member) {
      label = member.label();
      Experiment experiment = Experiment.of(member.config(), label);
      TrainingConfig training = experiment.config().training();
      network = experiment.network();
      updates = new Updates(network, 1, training.clip());
      batches =
          new TaskIterator(
              experiment.task(),
              Split.TRAIN,
              EVERY * training.batch(),
              training.batch(),
              Order.sequential());
      watch = new SpectraWatch(experiment);
    }

    void round() {
      long began = System.nanoTime();
      batches.reset();
      while (batches.hasNext()) {
        var unused = updates.next(batches);
      }
      step += EVERY;
      long middle = System.nanoTime();
      var unused = watch.of(network, step, OptionalDouble.empty());
      long ended = System.nanoTime();
      updating.add((middle - began) / 1e6);
      watching.add((ended - middle) / 1e6);
    }

    void forget() {
      updating.clear();
      watching.clear();
    }

    void tell(Table table) {
      table.add(
          label,
          String.format(ROOT, "%.0f", Median.of(updating)),
          String.format(ROOT, "%.1f", Median.of(watching)),
          String.format(ROOT, "%.1f %%", 100 * Median.ofRatios(watching, updating)));
    }
  }
}
