@echo off
rem Runs the diagnosis with the libraries of the archive: token-doctor --help
setlocal
set "DOCTOR_JAVA=java"
if not "%JAVA_HOME%"=="" set "DOCTOR_JAVA=%JAVA_HOME%\bin\java"
"%DOCTOR_JAVA%" %JAVA_OPTS% -cp "%~dp0..\lib\*" dev.evertoken.doctor.cli.DoctorMain %*
exit /b %ERRORLEVEL%
