package com.example.booking;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spring.TokenAttributes;
import java.security.Principal;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** What a user sees: the calendar at the provider, and the state of the connections. */
@RestController
class CalendarController {

    private final RestClient rest;
    private final Tokens tokens;
    private final String calendar;

    CalendarController(RestClient.Builder rest, Tokens tokens, @Value("${calendar.url}") String calendar) {
        this.rest = rest.build();
        this.tokens = tokens;
        this.calendar = calendar;
    }

    // docs/spring-boot.md begin
    @GetMapping("/calendar")
    String calendar(Principal user) {
        return rest.get()
                .uri(calendar)
                .attributes(TokenAttributes.account(TokenKey.of("google", user.getName())))
                .retrieve()
                .body(String.class);
    }
    // docs/spring-boot.md end

    @GetMapping("/connections")
    Map<String, String> connections(Principal user) {
        Map<String, String> states = new TreeMap<>();
        tokens.operations().clients().forEach(client -> states.put(
                client.registration(), state(TokenKey.of(client.registration(), user.getName()))));
        return states;
    }

    private String state(TokenKey key) {
        try {
            AccountStatus status = tokens.status(key);
            return status.state().name();
        } catch (NotConnectedException e) {
            return "NOT_CONNECTED";
        }
    }
}
