package io.github.pelab.tasks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what an option means, in one sentence with its range and default: the text of example
 * configurations and of the JSON Schema. Read it from {@link Class#getRecordComponents()}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Describe {
  /** The description. */
  String value();

  /** What could stand there, for what has no default and so is required; else empty. */
  String example() default "";
}
