package io.github.pelab.cli;

import io.github.pelab.tasks.Ceiling;
import io.github.pelab.tasks.Describe;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskFactory;
import io.github.pelab.tasks.Tasks;
import io.github.pelab.train.config.Binder;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pe tasks}: prints the tasks that a config can name, with their options. */
@Command(
    name = "tasks",
    description = "Lists the tasks and their options.",
    subcommands = TasksCommand.Preview.class)
final class TasksCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (TaskFactory<?> task : Tasks.all()) {
      out.printf("%s: %s%n", task.name(), task.description());
      for (RecordComponent option : task.options().getRecordComponents()) {
        out.printf("  %-12s %s%n", option.getName(), option.getAnnotation(Describe.class).value());
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  /** {@code pe tasks preview}: prints examples of a task and what could be reached on it. */
  @Command(
      name = "preview",
      description = "Prints examples of a task, and the best accuracies that can be reached.")
  static final class Preview implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "TASK", description = "For instance distance.")
    private String name;

    @Option(
        names = {"-s", "--set"},
        paramLabel = "OPTION=VALUE",
        description = "An option of the task, for instance --set maxGap=8. Repeatable.")
    private Map<String, String> options = Map.of();

    @Option(
        names = {"-n", "--examples"},
        paramLabel = "N",
        defaultValue = "5",
        description = "How many examples. Default: 5.")
    private int examples;

    @Override
    public Integer call() {
      if (examples < 0) {
        throw new ParameterException(
            spec.commandLine(), "--examples: found " + examples + "; choose 0 or more");
      }
      PrintWriter out = spec.commandLine().getOut();
      Task task = create(Tasks.named(name));
      for (int index = 0; index < examples; index++) {
        out.println(text(task, task.example(Split.TRAIN, index)));
      }
      out.println();
      out.printf("%d classes; the best accuracy from%n", task.classes());
      for (Ceiling ceiling : task.ceilings()) {
        out.printf(
            "  %-29s %6.2f %%  (%s)%n", ceiling.from(), 100 * ceiling.accuracy(), ceiling.how());
      }
      out.flush();
      return ExitCode.OK;
    }

    private <R extends Record> Task create(TaskFactory<R> factory) {
      return factory.create(
          new Binder("--set").bind(TaskOptions.tree(options), factory.options(), ""));
    }

    private static String text(Task task, Example example) {
      String tokens =
          Arrays.stream(example.tokens())
              .mapToObj(task::tokenName)
              .collect(Collectors.joining(" "));
      String slices =
          example.slices().entrySet().stream()
              .map(slice -> slice.getKey() + " " + slice.getValue())
              .collect(Collectors.joining(", "));
      return "label %d (%s): %s".formatted(example.label(), slices, tokens);
    }
  }
}
