package dev.evertoken.examples.setup;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.outbox.HttpSender;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Reads the settings of an application from its environment variables, and reports all that are missing or malformed at
 * once. No message contains a value. Not thread-safe.
 */
public final class Variables {

    private static final String POSTGRES = "jdbc:postgresql:";

    private final Map<String, String> values;
    private final List<String> wrong = new ArrayList<>();

    public Variables(Map<String, String> values) {
        this.values = values;
    }

    /** Returns whether one of these variables is set, even to an empty text. */
    public boolean hasAny(List<String> names) {
        return names.stream().anyMatch(values::containsKey);
    }

    /** Reads {@code PREFIX_CLIENT_ID} and {@code PREFIX_CLIENT_SECRET}. */
    public Optional<ClientRegistration> client(String prefix, String scopes) {
        Map<String, String> own = new HashMap<>(values);
        own.put(prefix + "_SCOPES", scopes);
        return read(() -> ClientRegistration.fromEnvironment(own, prefix));
    }

    /** Reads the key ring of {@code EVERTOKEN_KEYS}. */
    public Optional<KeyRing> keys() {
        return read(() -> KeyRing.parse(Secret.of(required("EVERTOKEN_KEYS"))));
    }

    /** Reads a key ring. */
    public Optional<KeyRing> keys(String name) {
        return read(() -> {
            try {
                return KeyRing.parse(Secret.of(required(name)));
            } catch (TokenException e) {
                throw malformed(name, "a key ring: " + e.detail());
            }
        });
    }

    /** Reads a secret. */
    public Optional<Secret> secret(String name) {
        return read(() -> Secret.of(required(name)));
    }

    /** Reads the JDBC address of a PostgreSQL database, which may contain a password. */
    public Optional<Secret> database(String name) {
        return read(() -> {
            String address = required(name);
            if (!isPostgres(address)) {
                throw malformed(name, "a JDBC address such as jdbc:postgresql://host:5432/name?user=…&password=…");
            }
            return Secret.of(address);
        });
    }

    private static boolean isPostgres(String address) {
        if (!address.startsWith(POSTGRES)) {
            return false;
        }
        try {
            new PGSimpleDataSource().setURL(address);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Reads an absolute address. */
    public Optional<URI> address(String name) {
        return read(() -> absolute(name, required(name)));
    }

    /** Reads an absolute address that has a default. */
    public Optional<URI> address(String name, String usual) {
        return read(() -> absolute(name, values.getOrDefault(name, usual)));
    }

    /** Reads the address of a server with one of these schemes and a port, which has a default. */
    public Optional<URI> server(String name, String usual, String... schemes) {
        return read(() -> {
            URI address = absolute(name, values.getOrDefault(name, usual));
            if (!List.of(schemes).contains(address.getScheme()) || address.getPort() < 0) {
                throw malformed(name, "an address such as " + usual);
            }
            return address;
        });
    }

    private static URI absolute(String name, String text) {
        try {
            URI address = URI.create(text);
            if (address.getScheme() != null && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // reported below, without the value
        }
        throw malformed(name, "an absolute address");
    }

    /** Reads the address of a service that tokens are sent to: https, or http on this machine. */
    public Optional<URI> secureAddress(String name) {
        return read(() -> HttpSender.address(name, required(name)));
    }

    /** Reads a whole number that has a default. */
    public Optional<Integer> number(String name, int usual, int least, int most) {
        return read(() -> {
            String text = values.getOrDefault(name, Integer.toString(usual)).strip();
            boolean fits = text.matches("\\d{1,6}") && between(Integer.parseInt(text), least, most);
            if (!fits) {
                throw malformed(name, "a whole number from " + least + " to " + most);
            }
            return Integer.parseInt(text);
        });
    }

    private static boolean between(int number, int least, int most) {
        return number >= least && number <= most;
    }

    /** Reads {@code true} or {@code false}; false if the variable is not set. */
    public Optional<Boolean> flag(String name) {
        return read(() -> switch (values.getOrDefault(name, "false").strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw malformed(name, "true or false");
        });
    }

    /** Reads a text that has a default. */
    public String text(String name, String usual) {
        return values.getOrDefault(name, usual);
    }

    /** @throws IllegalStateException if a variable that was read is missing or malformed; the message names all */
    public void requireAll() {
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(String.join("; ", wrong));
        }
    }

    private <T> Optional<T> read(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (TokenException e) {
            wrong.add(e.detail());
        } catch (IllegalArgumentException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private String required(String name) {
        String value = values.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value.strip();
    }

    private static IllegalArgumentException malformed(String name, String expected) {
        return new IllegalArgumentException(name + " is not " + expected);
    }
}
