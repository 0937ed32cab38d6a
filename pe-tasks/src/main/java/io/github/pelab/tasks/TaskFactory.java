package io.github.pelab.tasks;

/**
 * Makes a task from its options. {@link Tasks} finds implementations through {@link
 * java.util.ServiceLoader}: a public class with a public constructor without parameters, named in
 * {@code META-INF/services/io.github.pelab.tasks.TaskFactory}.
 *
 * <p>Options named {@code minLength} and {@code maxLength} say the fewest and the most tokens of an
 * example, and nothing else: whoever sets both to one number gets sequences of that length. Options
 * named {@code samples}, {@code trainPercent} and {@code dropDuplicates} decide which examples are
 * in which split; a trained model is never evaluated with others.
 *
 * @param <R> the options: a record whose components are boxed and carry {@link Describe}; null
 *     means the default, which the compact constructor puts in before it checks the values
 */
public interface TaskFactory<R extends Record> {
  /** The task's name in configurations. */
  String name();

  /** One sentence for listings. */
  String description();

  /** The record type that a configuration is bound to. */
  Class<R> options();

  /** The task with these options. */
  Task create(R options);
}
