package dev.evertoken.spring.config;

import dev.evertoken.Tokens;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of an engine in a form for an info endpoint, without accounts and secrets. Stateless. Thread-safe. */
public final class EngineInfo {

    private EngineInfo() {}

    /** Returns the namespace, the environment, and the provider of each client by registration id. */
    public static Map<String, Object> of(TokensSettings settings, Tokens tokens) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("namespace", String.valueOf(settings.namespace()));
        String environment = settings.environment();
        info.put("environment", environment == null ? "default" : environment);
        Map<String, String> clients = new LinkedHashMap<>();
        tokens.health().clients().forEach(client -> clients.put(client.registration(), client.providerId()));
        info.put("clients", clients);
        return info;
    }
}
