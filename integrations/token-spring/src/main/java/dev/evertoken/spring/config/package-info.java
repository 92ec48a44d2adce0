/**
 * Builds {@link dev.evertoken.Tokens} from the properties {@code evertoken.*} and the beans of an application, for the
 * starters of Spring Boot. No type of Spring Boot is used here, so that both starters share it.
 */
@NullMarked
package dev.evertoken.spring.config;

import org.jspecify.annotations.NullMarked;
