package io.github.pelab.tasks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The tasks on the class path, found through {@link ServiceLoader}. */
public final class Tasks {
  private Tasks() {}

  /**
   * The factory of that name.
   *
   * @throws IllegalArgumentException if no task, or more than one, has this name
   */
  public static TaskFactory<?> named(String name) {
    List<TaskFactory<?>> known = all();
    List<TaskFactory<?>> found = known.stream().filter(f -> f.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "task: '%s' is unknown; use one of %s"
              .formatted(name, known.stream().map(TaskFactory::name).distinct().toList()));
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "task: '%s' is the name of %s; rename all but one or take them off the class path"
              .formatted(name, found.stream().map(f -> f.getClass().getName()).toList()));
    }
    return found.get(0);
  }

  /** All factories, by name. */
  public static List<TaskFactory<?>> all() {
    List<TaskFactory<?>> factories = new ArrayList<>();
    for (TaskFactory<?> factory : ServiceLoader.load(TaskFactory.class)) {
      factories.add(factory);
    }
    factories.sort(Comparator.comparing(TaskFactory::name));
    return List.copyOf(factories);
  }
}
