package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.Validator;
import java.net.URI;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The addresses of a provider that depend on the account: each part between braces is a value that the authorization was
 * given and that is kept with the tokens. Immutable.
 *
 * @param names the names of the values
 * @param endpoints the addresses with parts between braces
 * @param hosts the hosts of the API with such parts
 */
public record AccountAddresses(Set<String> names, Map<EndpointKind, String> endpoints, List<String> hosts) {

    /** The address of an endpoint as long as the account is not known; no server has this name (RFC 6761). */
    public static final URI UNKNOWN = URI.create("https://account.invalid/");

    /** The placeholder for the id of the client, which is never given as a value. */
    public static final String CLIENT_ID = "clientId";

    /** One label of a host name or one segment of a path. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?");

    public AccountAddresses {
        names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
        endpoints = endpoints.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(endpoints));
        hosts = List.copyOf(hosts);
    }

    /** Returns why values cannot be used; empty if they can. */
    Optional<String> objection(Map<String, String> values) {
        for (String name : names) {
            String value = values.get(name);
            if (value == null) {
                return Optional.of("the addresses of this provider depend on the account, and its value " + name
                        + " is not known; pass AuthorizationOptions.value(\"" + name
                        + "\", …) to authorize, or import the tokens with TokenSet.Builder.field(\"" + name + "\", …)");
            }
            if (!VALUE.matcher(value).matches()) {
                return Optional.of(
                        "the value " + name + " is no single name of letters, digits, hyphens and underscores");
            }
        }
        return Optional.empty();
    }

    /** Returns why an endpoint cannot be called; empty if it can, or does not depend on the account. */
    private Optional<String> objection(Client client, EndpointKind kind, Map<String, String> values) {
        return client.endpoint(kind).filter(UNKNOWN::equals).isPresent() ? objection(values) : Optional.empty();
    }

    /** @throws TokenException if a value is given that no address has */
    void requireKnown(Set<String> given) {
        given.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw TokenException.about(Problem.NOT_SUPPORTED)
                    .detail("a value was passed to authorize that no address of this provider has; its values are "
                            + names)
                    .build();
        });
    }

    /** @throws TokenException if a value is missing or invalid */
    Client at(Client client, Map<String, String> values) {
        objection(values).ifPresent(why -> {
            throw TokenException.about(Problem.NOT_SUPPORTED).detail(why).build();
        });
        return filled(client, values);
    }

    /** Addresses that the application has overridden stay as they are. */
    private Client filled(Client client, Map<String, String> values) {
        Endpoints addresses = client.profile().endpoints();
        for (Map.Entry<EndpointKind, String> template : endpoints.entrySet()) {
            if (addresses.address(template.getKey()).filter(UNKNOWN::equals).isPresent()) {
                String text = filled(template.getValue(), values);
                String address = text.replace("{" + CLIENT_ID + "}", clientId(client));
                addresses = addresses.with(template.getKey(), URI.create(address));
            }
        }
        return client.with(client.profile().withEndpoints(addresses));
    }

    private static String clientId(Client client) {
        return FormEncoding.encoded(client.credentials().clientId()).replace("+", "%20");
    }

    /** Returns the hosts of an account's API. */
    Set<String> hosts(Map<String, String> values) {
        Set<String> filled = new LinkedHashSet<>();
        hosts.forEach(host -> filled.add(filled(host, values).toLowerCase(Locale.ROOT)));
        return filled;
    }

    private String filled(String template, Map<String, String> values) {
        String text = template;
        for (String name : names) {
            text = text.replace("{" + name + "}", values.getOrDefault(name, ""));
        }
        return text;
    }

    public Refresher at(Refresher delegate) {
        return request -> {
            Map<String, String> values = request.tokens().fields();
            Optional<String> objection = objection(request.client(), EndpointKind.REFRESH, values);
            return objection.isPresent()
                    ? new TokenOutcome.NotSent(Problem.NOT_SUPPORTED, objection.get())
                    : delegate.refresh(request.with(filled(request.client(), values)));
        };
    }

    public Validator at(Validator delegate) {
        return held -> {
            Optional<String> objection = objection(
                    held.client(), EndpointKind.INTROSPECT, held.tokens().fields());
            return objection.isPresent()
                    ? Validation.failed(Validation.Verdict.UNKNOWN, Problem.NOT_SUPPORTED, objection.get())
                    : delegate.validate(filled(held));
        };
    }

    public Revoker at(Revoker delegate) {
        return held -> {
            Optional<String> objection =
                    objection(held.client(), EndpointKind.REVOKE, held.tokens().fields());
            return objection.isPresent()
                    ? new RevokeOutcome.Refused(Problem.NOT_SUPPORTED, objection.get())
                    : delegate.revoke(filled(held));
        };
    }

    private HeldTokens filled(HeldTokens held) {
        return held.with(filled(held.client(), held.tokens().fields()));
    }
}
