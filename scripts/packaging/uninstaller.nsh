# Before the app's files go: puts the cards' limits back and takes off the GPU helper, where it was installed.
# The helper belongs to the system, so Windows asks for an administrator.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    ${if} ${FileExists} "$PROGRAMFILES64\Gata GPU Helper\helper.js"
      ExecShellWait "runas" "$INSTDIR\resources\node\node.exe" '"$INSTDIR\resources\app.asar.unpacked\out\gpu\install-helper.js" remove' SW_HIDE
    ${endIf}
  ${endIf}
!macroend
