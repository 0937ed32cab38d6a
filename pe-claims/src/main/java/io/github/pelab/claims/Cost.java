package io.github.pelab.claims;

import io.github.pelab.claims.metric.Ablation;
import io.github.pelab.claims.metric.Need;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.DataConfig;
import io.github.pelab.train.config.ModelConfig;
import java.util.stream.LongStream;

/**
 * What a run costs, in multiplications and additions of pairs of numbers, as they are counted and
 * not as they are measured: of a token's way through the blocks
 *
 * <pre>
 *   L · (4 D² + 2 D F + 2 D T)
 * </pre>
 *
 * with L layers of width D, F hidden units and T tokens in an example; three times of an example to
 * learn from. Of a head's ablation only the layers from its own on are passed again.
 *
 * @param training of all epochs, without what is evaluated in between
 * @param measuring of all that is asked of the trained run
 */
public record Cost(double training, double measuring) {
  private static final int SAMPLE = 64;

  /** Of a run and what is asked of it. */
  public static Cost of(Plan.Step step) {
    Task task = Experiment.of(step.member().config(), step.member().label()).task();
    ModelConfig model = step.member().config().model();
    DataConfig data = step.member().config().data();
    double tokens =
        LongStream.range(0, SAMPLE)
            .mapToInt(i -> task.example(Split.TRAIN, i).tokens().length)
            .average()
            .orElseThrow();
    double measuring = 0;
    for (Need need : step.needs()) {
      if (need instanceof Ablation ablation) {
        boolean all = ablation.in(step.member().config().ablation()).trainAndTest();
        double passes = (model.layers() + 1) / 2.0 * (model.heads() + 1);
        measuring +=
            passes
                * (data.test() + data.validation() + (all ? data.train() : 0))
                * forward(model, tokens);
      } else if (need instanceof Need.Evaluation evaluation) {
        double length = evaluation.length() == null ? tokens : evaluation.length();
        int examples = evaluation.split() == Split.TRAIN ? data.train() : data.test();
        measuring += examples * forward(model, length);
      }
    }
    return new Cost(
        3.0 * step.member().config().training().epochs() * data.train() * forward(model, tokens),
        measuring);
  }

  private static double forward(ModelConfig model, double tokens) {
    double width = model.width();
    return tokens
        * model.layers()
        * (4 * width * width + 2 * width * model.feedForward() + 2 * width * tokens);
  }

  public double total() {
    return training + measuring;
  }
}
