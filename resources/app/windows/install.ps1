# Puts GroundLabel into your Start menu and lets it open .groundlabel files. For you alone; needs no administrator.
#     powershell -ExecutionPolicy Bypass -File install.ps1            from the folder where the app is to stay
#     powershell -ExecutionPolicy Bypass -File install.ps1 -Remove    takes it back; projects, settings and models stay
param([switch]$Remove)
$ErrorActionPreference = "Stop"

$launcher = Join-Path $PSScriptRoot "GroundLabel.exe"
$link = Join-Path ([Environment]::GetFolderPath("Programs")) "GroundLabel.lnk"
$classes = "HKCU:\Software\Classes"
$kind = "$classes\GroundLabel.Project"

if ($Remove) {
    Remove-Item -ErrorAction SilentlyContinue -LiteralPath $link
    Remove-Item -ErrorAction SilentlyContinue -Recurse -Path $kind, "$classes\.groundlabel"
    Write-Output "GroundLabel is out of your Start menu. The folder $PSScriptRoot can be deleted."
    exit 0
}

$shortcut = (New-Object -ComObject WScript.Shell).CreateShortcut($link)
$shortcut.TargetPath = $launcher
$shortcut.WorkingDirectory = [Environment]::GetFolderPath("MyDocuments")
$shortcut.Save()
New-Item -Force -Path "$kind\shell\open\command" | Out-Null
New-Item -Force -Path "$kind\DefaultIcon" | Out-Null
New-Item -Force -Path "$classes\.groundlabel" | Out-Null
Set-Item -Path $kind -Value "GroundLabel project"
Set-Item -Path "$kind\DefaultIcon" -Value "`"$launcher`",0"
Set-Item -Path "$kind\shell\open\command" -Value "`"$launcher`" `"%1`""
Set-Item -Path "$classes\.groundlabel" -Value "GroundLabel.Project"
Write-Output "GroundLabel is in your Start menu."
