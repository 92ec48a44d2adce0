package dev.evertoken.spring.web;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spring.SpringFixture;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.spring.TokenRequestFactory;
import dev.evertoken.spring.TokenRequestInterceptor;
import java.net.URI;
import java.security.Principal;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockServletContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** A web application of the servlet stack over a fixture. Close it at the end. */
final class WebApplication implements AutoCloseable {

    final SpringFixture fixture = new SpringFixture();
    final MockMvc browser;
    private final AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();

    WebApplication() {
        this(ConnectOptions.defaults());
    }

    WebApplication(ConnectOptions options) {
        context.setServletContext(new MockServletContext());
        context.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("tokens", fixture.tokens);
            beans.registerSingleton("time", fixture.clock);
            beans.registerSingleton("options", options);
            beans.registerSingleton("api", fixture.api());
        });
        context.register(Routes.class, Calendars.class);
        context.refresh();
        browser = MockMvcBuilders.webAppContextSetup(context).build();
    }

    /** What an application declares. */
    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class Routes {
        @Bean
        ConnectController connect(Tokens tokens, ConnectOptions options) {
            return new ConnectController(tokens, AccountResolver.ofPrincipal(), options);
        }

        @Bean
        TokenProblemAdvice problems(Timekeeper time) {
            return new TokenProblemAdvice(time, TokenProblemAdvice.connectRoute("/connect"));
        }

        @Bean
        RestClient rest(Tokens tokens) {
            return RestClient.builder()
                    .requestFactory(TokenRequestFactory.create())
                    .requestInterceptor(TokenRequestInterceptor.of(tokens))
                    .build();
        }
    }

    /** A controller that calls an API. */
    @RestController
    static class Calendars {
        private final RestClient rest;
        private final URI api;

        Calendars(RestClient rest, URI api) {
            this.rest = rest;
            this.api = api;
        }

        @GetMapping("/calendars")
        String list(Principal user) {
            TokenKey key = TokenKey.of("google", user.getName());
            return rest.get()
                    .uri(api)
                    .attributes(TokenAttributes.account(key))
                    .retrieve()
                    .body(String.class);
        }
    }

    @Override
    public void close() {
        context.close();
        fixture.close();
    }
}
