/**
 * The auto-configuration of Spring Boot 4: {@link dev.evertoken.Tokens} from the properties {@code evertoken.*} and the
 * beans of the application, with HTTP clients, metrics and health. {@code docs/spring-boot.md} lists the properties.
 */
@NullMarked
package dev.evertoken.spring.boot;

import org.jspecify.annotations.NullMarked;
