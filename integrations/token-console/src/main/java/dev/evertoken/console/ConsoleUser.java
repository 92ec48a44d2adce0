package dev.evertoken.console;

/**
 * The person who uses the console, as the application knows them. Immutable.
 *
 * @param name a name for the log, without control characters and at most 200 characters long
 * @param readOnly whether the person may look, but not refresh, check, reconnect or disconnect
 */
public record ConsoleUser(String name, boolean readOnly) {

    private static final int LONGEST = 200;

    public ConsoleUser {
        if (name.isBlank() || name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the name of a user is blank, longer than 200 characters or has control characters");
        }
    }

    /** Returns a user who may do everything that the console allows. */
    public static ConsoleUser of(String name) {
        return new ConsoleUser(name, false);
    }
}
