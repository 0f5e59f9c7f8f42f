#!/bin/sh
# Puts GroundLabel into your menu and lets it open .groundlabel files. For you alone; needs no administrator.
#     ./install.sh            from the folder where the app is to stay
#     ./install.sh --remove   takes it back; your projects, settings and models stay
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/groundlabel.desktop
kind=$data/mime/packages/groundlabel.xml
command=$HOME/.local/bin/GroundLabel

# A value of a .desktop file is unescaped twice: as a text, and as a command line. sed takes & and | as its own.
as_command() {
    printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g'
}
as_text() {
    printf '%s' "$1" | sed -e 's/\\/\\\\/g'
}
for_sed() {
    sed -e 's/[\\&|]/\\&/g'
}
refresh() {
    if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database -q "$data/applications" || true; fi
    if command -v update-mime-database >/dev/null 2>&1; then update-mime-database "$data/mime" >/dev/null 2>&1 || true; fi
}

if [ "${1:-}" = "--remove" ]; then
    rm -f "$entry" "$kind" "$data"/icons/hicolor/*/apps/groundlabel.png "$data/icons/hicolor/scalable/apps/groundlabel.svg"
    if [ -L "$command" ]; then rm -f "$command"; fi
    refresh
    echo "GroundLabel is out of your menu. The folder $here can be deleted."
    exit 0
fi

mkdir -p "$data/applications" "$data/mime/packages" "$data/icons" "$HOME/.local/bin"
exec_value=$(as_command "$here/GroundLabel" | for_sed)
try_value=$(as_text "$here/GroundLabel" | for_sed)
sed -e "s|@EXEC@|\"$exec_value\"|" -e "s|@TRY@|$try_value|" "$here/share/groundlabel.desktop" >"$entry"
cp "$here/share/groundlabel.xml" "$kind"
cp -R "$here/share/icons/hicolor" "$data/icons/"
ln -sf "$here/GroundLabel" "$command"
refresh
echo "GroundLabel is in your menu, and $command starts it in a terminal."
