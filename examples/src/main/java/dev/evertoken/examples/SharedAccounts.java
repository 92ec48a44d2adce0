package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import java.nio.file.Path;

/** The settings of several processes that use the same accounts; shown in the guide to many processes. Stateless. */
public final class SharedAccounts {

    private SharedAccounts() {}

    /**
     * Returns the settings of each process of one host.
     *
     * @param shared the folder of the store
     * @param journal the folder of the journal; another host has another one
     */
    public static TokensBuilder settings(Path shared, Path journal, KeyRing keys, ClientRegistration x) {
        // docs/many-processes.md begin
        TokensBuilder builder = Tokens.builder()
                .namespace("crm")
                .store("file:" + shared)
                .encryption(keys)
                .client("x", x)
                .journal(journal)
                .clustered();
        // docs/many-processes.md end
        return builder;
    }
}
