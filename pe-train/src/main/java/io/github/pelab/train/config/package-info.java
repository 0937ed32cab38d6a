/**
 * Configs: from a YAML file to the validated members of a sweep.
 *
 * <p>A config is read in three steps, and what is wrong is said in one line that names file, line
 * and field. {@link io.github.pelab.train.config.ConfigReader} parses the text into a tree and
 * expands its lists into members; {@link io.github.pelab.train.config.Binder} turns a tree into
 * records; the records' constructors fill in defaults and check ranges, so that a record that
 * exists is valid. Nothing here knows how a config is run.
 */
package io.github.pelab.train.config;
