package dev.evertoken.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Lets the application context of a test use mock providers: a bean of the type {@code MockProviders} is started, and the
 * clients of all providers that it mocks are registered at it, with the credentials of the mock. Needs the dependency
 * {@code dev.evertoken:token-testing}. The store stays the one of the properties; set {@code
 * evertoken.store.type=memory} for a test that needs none.
 *
 * <p>The mocks live as long as the context, which Spring keeps for further tests, so use an account of its own in each
 * test. Stateless. Thread-safe.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration(MockProvidersConfiguration.class)
public @interface AutoConfigureMockProviders {}
