package dev.evertoken.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.evertoken.Tokens;
import dev.evertoken.console.Console;
import dev.evertoken.console.ConsoleHandler;
import dev.evertoken.console.ConsoleUser;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.spring.SpringFixture;
import java.security.Principal;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockServletContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** The console below a path of an application whose operators the application knows. */
class ConsoleRoutesTest {

    private static final String API = "/ops/tokens/api/";

    private final SpringFixture fixture = new SpringFixture();
    private final AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
    private MockMvc browser;

    /** What an application declares. */
    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    static class Operations {
        // docs/console.md begin
        @Bean
        RouterFunction<ServerResponse> console(Tokens tokens) {
            ConsoleHandler console = Console.builder(tokens).handler("/ops/tokens");
            return ConsoleRoutes.below(
                    "/ops/tokens",
                    console,
                    request -> Optional.ofNullable(request.getUserPrincipal())
                            .filter(user -> request.isUserInRole("OPERATOR"))
                            .map(user -> ConsoleUser.of(user.getName())));
        }
        // docs/console.md end
    }

    @BeforeEach
    void start() {
        context.setServletContext(new MockServletContext());
        context.addBeanFactoryPostProcessor(beans -> beans.registerSingleton("tokens", fixture.tokens));
        context.register(Operations.class);
        context.refresh();
        browser = MockMvcBuilders.webAppContextSetup(context).build();
    }

    @AfterEach
    void close() {
        context.close();
        fixture.close();
    }

    @Test
    void anOperatorSeesThePageAndTheAccounts() throws Exception {
        browser.perform(get("/ops/tokens").with(operator())).andExpect(header().string("Location", "/ops/tokens/"));
        browser.perform(get("/ops/tokens/").with(operator()))
                .andExpect(status().isOk())
                .andExpect(header().exists("Content-Security-Policy"));
        browser.perform(get(API + "accounts").with(operator()))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.total").value(2));
    }

    @Test
    void nobodyElseSeesAnything() throws Exception {
        browser.perform(get("/ops/tokens/")).andExpect(status().isForbidden());
        browser.perform(get(API + "accounts").with(user("anna", "CUSTOMER"))).andExpect(status().isForbidden());
    }

    @Test
    void aChangeNeedsTheTokenOfThePage() throws Exception {
        String account = "{\"registration\":\"google\",\"account\":\"anna\",\"confirmed\":\"anna\"}";

        browser.perform(post(API + "disconnect").content(account).with(operator()))
                .andExpect(status().isForbidden());
        assertThat(fixture.tokens.status(SpringFixture.ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aMalformedAddressAndALargeBodyAreRefused() throws Exception {
        browser.perform(get(API + "account").with(operator()).with(query("account=%")))
                .andExpect(status().isBadRequest());
        browser.perform(post(API + "refresh").content(new byte[1 << 20]).with(operator()))
                .andExpect(status().is4xxClientError());
    }

    private static RequestPostProcessor query(String query) {
        return request -> {
            request.setQueryString(query);
            return request;
        };
    }

    private static RequestPostProcessor operator() {
        return user("olga", "OPERATOR");
    }

    private static RequestPostProcessor user(String name, String role) {
        Principal principal = () -> name;
        return request -> {
            request.addHeader("Host", "app.example");
            request.setUserPrincipal(principal);
            request.addUserRole(role);
            return request;
        };
    }
}
