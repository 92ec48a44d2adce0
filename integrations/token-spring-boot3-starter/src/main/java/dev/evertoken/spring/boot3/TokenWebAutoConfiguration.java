package dev.evertoken.spring.boot3;

import dev.evertoken.Tokens;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spring.config.ClientSettings;
import dev.evertoken.spring.web.AccountResolver;
import dev.evertoken.spring.web.ConnectController;
import dev.evertoken.spring.web.ConnectOptions;
import dev.evertoken.spring.web.ConnectPages;
import dev.evertoken.spring.web.TokenProblemAdvice;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Adds problem details for token exceptions to a servlet application, and the routes of the consent if {@code
 * evertoken.connect.enabled} is true. Stateless. Thread-safe.
 */
@AutoConfiguration(after = TokensAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(Tokens.class)
class TokenWebAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("evertoken.connect.enabled")
    AccountResolver accountResolver() {
        return AccountResolver.ofPrincipal();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("evertoken.connect.enabled")
    ConnectOptions connectOptions(EvertokenProperties properties, ObjectProvider<ConnectPages> pages) {
        ConnectOptions options = ConnectOptions.defaults();
        for (Map.Entry<String, ClientSettings> client : properties.clients().entrySet()) {
            URI redirectUri = client.getValue().redirectUri();
            if (redirectUri != null) {
                options = options.withRedirectUri(client.getKey(), redirectUri);
            }
        }
        ConnectPages own = pages.getIfAvailable();
        return own == null ? options : options.withPages(own);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("evertoken.connect.enabled")
    ConnectController connectController(Tokens tokens, AccountResolver accounts, ConnectOptions options) {
        return new ConnectController(tokens, accounts, options);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "evertoken.problem-details.enabled", matchIfMissing = true)
    TokenProblemAdvice tokenProblemAdvice(
            EvertokenProperties properties, ObjectProvider<Timekeeper> time, ServletContext context) {
        Timekeeper clock = time.getIfAvailable(Timekeeper::system);
        return properties.connect().enabled()
                ? new TokenProblemAdvice(
                        clock,
                        TokenProblemAdvice.connectRoute(
                                context.getContextPath() + properties.connect().route()))
                : new TokenProblemAdvice(clock, key -> Optional.empty());
    }
}
