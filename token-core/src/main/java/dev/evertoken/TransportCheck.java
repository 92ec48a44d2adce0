package dev.evertoken;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the transport settings of one client together with its endpoints. Stateless. Thread-safe. */
final class TransportCheck {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    private TransportCheck() {}

    /** @throws IllegalArgumentException if the settings of all clients have one that is for single clients only */
    static void ofAll(TransportSettings ofAll) {
        if (ofAll.allowsPlainHttp() || ofAll.allowsPrivateNetwork()) {
            String setting = ofAll.allowsPlainHttp() ? "allowPlainHttp" : "allowPrivateNetwork";
            throw new IllegalArgumentException(
                    setting + " is set for all clients; set it for a single one with transport(registration, …)");
        }
    }

    /** @throws IllegalArgumentException if the settings do not fit the endpoints; the message names the setting */
    static void of(Client client, Duration callDeadline) {
        Optional<Duration> most = client.transport().callTimeout();
        if (most.isPresent() && most.get().compareTo(callDeadline) > 0) {
            throw refusal(client, "callTimeout " + most.get() + " is longer than callDeadline " + callDeadline, "");
        }
        checkCertificate(client);
        checkPlainHttp(client);
    }

    private static void checkCertificate(Client client) {
        for (EndpointKind kind : client.profile().endpoints().addresses().keySet()) {
            if (client.authentication(kind).isByCertificate()
                    && !client.transport().hasClientCertificate()) {
                throw refusal(
                        client, client.authentication(kind) + " requires a client certificate; set it", "keyStore(…)");
            }
        }
    }

    private static void checkPlainHttp(Client client) {
        Map<String, Set<EndpointKind>> plain = new TreeMap<>();
        for (Map.Entry<EndpointKind, URI> endpoint :
                client.profile().endpoints().addresses().entrySet()) {
            if (!Endpoints.isSecure(endpoint.getValue())) {
                plain.computeIfAbsent(origin(endpoint.getValue()), any -> new TreeSet<>())
                        .add(endpoint.getKey());
            }
        }
        if (plain.isEmpty()) {
            return;
        }
        if (!client.transport().allowsPlainHttp()) {
            throw refusal(
                    client,
                    "tokens would be sent unencrypted to " + plain
                            + "; use https, or allow http inside a trusted network",
                    "allowPlainHttp()");
        }
        log.warn(
                "client {}: allowPlainHttp: tokens and secrets are sent unencrypted to {}",
                client.registration(),
                plain);
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }

    private static IllegalArgumentException refusal(Client client, String sentence, String call) {
        String with = call.isEmpty()
                ? ""
                : " with transport(\"" + client.registration() + "\", TransportSettings.builder()." + call
                        + ".build())";
        return new IllegalArgumentException("client \"" + client.registration() + "\": " + sentence + with);
    }
}
